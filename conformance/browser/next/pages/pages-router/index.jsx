import { getUserFromServerSideProps } from '@propelauth/nextjs/server/pages';
import Client from '../../client.jsx';

export default function PagesRouter({ email, org }) {
    return (
        <main>
            <p id="server">{email}</p>
            <p id="server-org">{org}</p>
            <Client />
        </main>
    );
}

export async function getServerSideProps(context) {
    const user = await getUserFromServerSideProps(context);
    if (!user) {
        return { redirect: { destination: '/api/auth/login?return_to_path=/pages-router', permanent: false } };
    }
    return {
        props: {
            authUrl: process.env.PROPELAUTH_AUTH_URL,
            email: user.email,
            org: user.getActiveOrg()?.orgName ?? 'no organization',
        },
    };
}
