import { getAccessTokenAsync, getUser } from '@propelauth/nextjs/server/app-router';
import { revalidatePath } from 'next/cache';
import { Add } from './add.jsx';
import { Session } from './session.jsx';

/** Asks the API as the user whose page this is. The access token never leaves the server. */
async function ask(method, orgId, body) {
    const response = await fetch(`${process.env.API_URL}/api/orgs/${orgId}/notes`, {
        method,
        headers: { authorization: `Bearer ${await getAccessTokenAsync()}` },
        body,
        cache: 'no-store',
    });
    if (response.ok) return response.status === 204 ? {} : response.json();
    return { denied: response.status === 403 ? 'Your role does not allow this.' : `Error ${response.status}` };
}

async function add(orgId, before, form) {
    'use server';
    const { denied = '' } = await ask('POST', orgId, String(form.get('text')));
    revalidatePath('/');
    return denied;
}

export default async function Page() {
    const user = await getUser();
    if (!user) {
        return (
            <>
                <h1>Notes</h1>
                <p><a href="/api/auth/login">Log in</a> <a href="/api/auth/signup">Sign up</a></p>
            </>
        );
    }
    const orgs = await Promise.all(
        user.getOrgs().map(async (org) => ({ org, answer: await ask('GET', org.orgId) })),
    );
    return (
        <>
            <h1>Notes of {user.email}</h1>
            <Session />
            {orgs.map(({ org, answer: { role, notes = [], denied } }) => (
                <section key={org.orgId}>
                    <h2>{org.orgName} ({denied ?? role})</h2>
                    <ul>{notes.map((note, number) => <li key={number}>{note}</li>)}</ul>
                    <Add action={add.bind(null, org.orgId)} />
                </section>
            ))}
        </>
    );
}
