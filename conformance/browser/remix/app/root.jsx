import { RevalidateSession } from '@propelauth/remix/client';
import { Outlet, Scripts } from '@remix-run/react';

// The session is refreshed on focus without the pause that the package makes otherwise.
export default function Root() {
    return (
        <html lang="en">
            <head><title>Remix</title></head>
            <body>
                <RevalidateSession debounceInterval={0} />
                <Outlet />
                <Scripts />
            </body>
        </html>
    );
}
