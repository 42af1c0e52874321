import { AuthProvider, useAuthInfo, useLogoutFunction, useRedirectFunctions } from '@propelauth/react';
import React from 'react';
import { createRoot } from 'react-dom/client';
import { Notes } from './notes.jsx';

function App() {
    const { loading, isLoggedIn, user, orgHelper, accessToken } = useAuthInfo();
    const logout = useLogoutFunction();
    const { redirectToLoginPage, redirectToSignupPage, redirectToAccountPage, redirectToCreateOrgPage } =
        useRedirectFunctions();

    if (loading) return <p>Loading …</p>;
    if (!isLoggedIn) {
        return (
            <>
                <h1>Notes</h1>
                <button type="button" onClick={() => redirectToLoginPage()}>Log in</button>{' '}
                <button type="button" onClick={() => redirectToSignupPage()}>Sign up</button>
            </>
        );
    }
    return (
        <>
            <h1>Notes of {user.email}</h1>
            <button type="button" onClick={() => redirectToAccountPage()}>Account</button>{' '}
            <button type="button" onClick={() => redirectToCreateOrgPage()}>New organization</button>{' '}
            <button type="button" onClick={() => logout(false)}>Log out</button>
            {orgHelper.getOrgs().map((org) => (
                <Notes key={org.orgId} org={org} accessToken={accessToken} />
            ))}
        </>
    );
}

createRoot(document.getElementById('root')).render(
    <AuthProvider authUrl={import.meta.env.VITE_AUTH_URL}>
        <App />
    </AuthProvider>,
);
