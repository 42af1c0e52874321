import { AuthProvider } from '@propelauth/nextjs/client';

export const metadata = { title: 'Notes' };

export default function Layout({ children }) {
    return (
        <html lang="en">
            <body>
                <AuthProvider authUrl={process.env.NEXT_PUBLIC_AUTH_URL}>
                    <main>{children}</main>
                </AuthProvider>
            </body>
        </html>
    );
}
