import { getUser } from '@propelauth/nextjs/server/app-router';

export default async function Open() {
    const user = await getUser();
    return <p id="server">{user ? user.email : 'logged out'}</p>;
}
