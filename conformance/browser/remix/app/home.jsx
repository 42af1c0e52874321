import { useLoaderData, useRevalidator } from '@remix-run/react';
import { useState } from 'react';

export default function Home() {
    const { email, activeOrg, orgs } = useLoaderData();
    const { revalidate } = useRevalidator();
    const [outcome, setOutcome] = useState('');
    const post = async (path, body) => {
        const response = await fetch(`/api/auth/${path}`, { method: 'POST', body: body && JSON.stringify(body) });
        setOutcome(`${path} ${response.status}`);
        revalidate();
    };
    const choose = (orgId) => post('set-active-org', { active_org_id: orgId });
    return (
        <main>
            <p id="server">{email}</p>
            <p id="server-org">{activeOrg}</p>
            <p id="outcome">{outcome}</p>
            {orgs.map((org) => (
                <button key={org.orgId} type="button" onClick={() => choose(org.orgId)}>{org.orgName}</button>
            ))}
            <button type="button" onClick={() => choose('00000000-0000-4000-8000-000000000000')}>another</button>
            <button type="button" onClick={() => post('refresh')}>refresh</button>
            <button type="button" onClick={() => post('logout')}>log out</button>
        </main>
    );
}
