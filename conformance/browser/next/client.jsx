'use client';

import { useHostedPageUrls, useLogoutFunction, useRefreshAuth, useUser } from '@propelauth/nextjs/client';
import { useState } from 'react';

// What a client component does with a session: read it, choose an organization, refresh, log out.
export default function Client() {
    const { loading, user, setActiveOrg } = useUser();
    const logout = useLogoutFunction();
    const refresh = useRefreshAuth();
    const urls = useHostedPageUrls();
    const [outcome, setOutcome] = useState('');
    if (loading) return <p>loading</p>;
    if (!user) return <p id="client">logged out</p>;

    const choose = async (orgId) => {
        try {
            const changed = await setActiveOrg(orgId);
            setOutcome(changed ? `now in ${changed.getActiveOrg()?.orgName}` : 'not in that organization');
        } catch (error) {
            setOutcome(`failed: ${error.message}`);
        }
    };
    return (
        <section>
            <p id="client">{user.email}</p>
            <p id="client-org">{user.getActiveOrg()?.orgName ?? 'no organization'}</p>
            <p id="details">{JSON.stringify({ emailConfirmed: user.emailConfirmed, canCreateOrgs: user.canCreateOrgs })}</p>
            <p id="outcome">{outcome}</p>
            {user.getOrgs().map((org) => (
                <button key={org.orgId} type="button" onClick={() => choose(org.orgId)}>{org.orgName}</button>
            ))}
            <button type="button" onClick={() => choose('00000000-0000-4000-8000-000000000000')}>another</button>
            <button type="button" onClick={async () => setOutcome(`refreshed ${(await refresh())?.email}`)}>refresh</button>
            <button type="button" onClick={() => logout()}>log out</button>
            <a href={urls.getAccountPageUrl()}>account</a>
        </section>
    );
}
