import {
    AuthProvider, RequiredAuthProvider, loadOrgSelectionFromLocalStorage, saveOrgSelectionToLocalStorage, useActiveOrg,
    useAuthInfo, useHostedPageUrls, useLogoutFunction, useRedirectFunctions, withRequiredAuthInfo,
} from '@propelauth/react';
import { useState } from 'react';
import { createRoot } from 'react-dom/client';

function Account() {
    const auth = useAuthInfo();
    const logout = useLogoutFunction();
    const { redirectToLoginPage, redirectToAccountPage } = useRedirectFunctions();
    const urls = useHostedPageUrls();
    const [outcome, setOutcome] = useState('');
    if (auth.loading) return <p>loading</p>;
    if (!auth.isLoggedIn) {
        return (
            <>
                <p id="user">logged out</p>
                <button type="button" onClick={() => redirectToLoginPage({ postLoginRedirectUrl: location.href })}>log in</button>
                <a href={urls.getSignupPageUrl()}>sign up</a>
            </>
        );
    }

    // The token of the organization goes to the actix application, which answers with what it knows.
    const call = async (orgId) => {
        const token = await auth.tokens.getAccessTokenForOrg(orgId);
        if (token.error) return setOutcome(token.error);
        const response = await fetch(`/orgs/${orgId}/settings`, { headers: { authorization: `Bearer ${token.accessToken}` } });
        return setOutcome(`${response.status} ${await response.text()}`);
    };
    return (
        <>
            <p id="user">{auth.user.email}</p>
            <p id="orgs">{auth.orgHelper.getOrgs().map((org) => org.orgName).join(', ')}</p>
            <p id="outcome">{outcome}</p>
            {auth.orgHelper.getOrgs().map((org) => (
                <button key={org.orgId} type="button" onClick={() => call(org.orgId)}>{org.orgName}</button>
            ))}
            <button type="button" onClick={() => call('00000000-0000-4000-8000-000000000000')}>another</button>
            <button type="button" onClick={async () => { await auth.refreshAuthInfo(); setOutcome('refreshed'); }}>refresh</button>
            <button type="button" onClick={() => redirectToAccountPage({ redirectBackToUrl: location.href })}>account</button>
            <button type="button" onClick={() => logout(false)}>log out</button>
        </>
    );
}

const Required = withRequiredAuthInfo(({ user, orgHelper }) => {
    const [, setChosen] = useState();
    const activeOrg = useActiveOrg();
    const choose = (orgId) => {
        saveOrgSelectionToLocalStorage(orgId);
        setChosen(orgId);
    };
    return (
        <>
            <p id="user">{user.email}</p>
            <p id="active-org">{activeOrg?.orgName ?? 'no organization'}</p>
            {orgHelper.getOrgs().map((org) => (
                <button key={org.orgId} type="button" onClick={() => choose(org.orgId)}>{org.orgName}</button>
            ))}
        </>
    );
});

// With `?required`, the package itself sends a browser without a session to the login page.
const app = new URLSearchParams(location.search).has('required') ? (
    <RequiredAuthProvider authUrl={window.config.authUrl} getActiveOrgFn={loadOrgSelectionFromLocalStorage}>
        <Required />
    </RequiredAuthProvider>
) : (
    <AuthProvider authUrl={window.config.authUrl}><Account /></AuthProvider>
);
createRoot(document.getElementById('root')).render(app);
