import { AuthProvider } from '@propelauth/nextjs/client';

// The auth URL is known at runtime only: one build serves every emulator.
export const dynamic = 'force-dynamic';

export default function Layout({ children }) {
    return (
        <html lang="en">
            <body>
                <AuthProvider authUrl={process.env.PROPELAUTH_AUTH_URL}>{children}</AuthProvider>
            </body>
        </html>
    );
}
