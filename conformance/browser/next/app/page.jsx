import { getUserOrRedirect } from '@propelauth/nextjs/server/app-router';
import Client from '../client.jsx';

// The user as a server component sees them, and below as a client component does.
export default async function Page() {
    const user = await getUserOrRedirect({ returnToCurrentPath: true });
    return (
        <main>
            <p id="server">{user.email}</p>
            <p id="server-org">{user.getActiveOrg()?.orgName ?? 'no organization'}</p>
            <Client />
        </main>
    );
}
