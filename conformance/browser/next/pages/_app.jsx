import { AuthProvider } from '@propelauth/nextjs/client';

export default function App({ Component, pageProps }) {
    return (
        <AuthProvider authUrl={pageProps.authUrl}>
            <Component {...pageProps} />
        </AuthProvider>
    );
}
