import { AuthProvider, useAuthInfo } from '@propelauth/react';
import { MfaStatus, useAuthFrontendApis, useMfa } from '@propelauth/frontend-apis-react';
import { useState } from 'react';
import { createRoot } from 'react-dom/client';

// A second factor, as the package's hook leads through it.
function SecondFactor() {
    const mfa = useMfa();
    const [code, setCode] = useState('');
    const [outcome, setOutcome] = useState('');
    const done = (what) => ({
        success: () => { setOutcome(what); mfa.reloadMfaStatus(); },
        badRequest: () => setOutcome('wrong code'),
        unexpectedOrUnhandled: (error) => setOutcome(error.error_code),
    });
    return (
        <section>
            <p id="status">{mfa.status}</p>
            <p id="outcome">{outcome}</p>
            {mfa.status === MfaStatus.Disabled && (
                <>
                    <p id="secret">{mfa.data.new_secret}</p>
                    <img alt="QR code" src={mfa.data.new_qr.startsWith('data:') ? mfa.data.new_qr : `data:image/png;base64,${mfa.data.new_qr}`} />
                    <input aria-label="Code" value={code} onChange={(event) => setCode(event.target.value)} />
                    <button type="button" onClick={async () => (await mfa.enableMfa({ code })).handle(done('enabled'))}>enable</button>
                </>
            )}
            {mfa.status === MfaStatus.Enabled && (
                <>
                    <p id="backup-codes">{mfa.data.backup_codes.join(' ')}</p>
                    <button type="button" onClick={async () => (await mfa.disableMfa()).handle(done('disabled'))}>disable</button>
                </>
            )}
        </section>
    );
}

// A login form of one's own, and the session that the other package then finds.
function Login() {
    const { emailPasswordLogin, fetchLoginState } = useAuthFrontendApis();
    const auth = useAuthInfo();
    const [outcome, setOutcome] = useState('');
    const submit = async (event) => {
        event.preventDefault();
        const form = new FormData(event.target);
        const response = await emailPasswordLogin({ email: form.get('email'), password: form.get('password') });
        await response.handle({
            success: async ({ login_state: state }) => {
                setOutcome(state);
                await auth.refreshAuthInfo();
            },
            invalidCredentials: () => setOutcome('wrong password'),
            unexpectedOrUnhandled: (error) => setOutcome(error.error_code),
        });
    };
    const state = async () => (await fetchLoginState()).handle({ success: (it) => setOutcome(it.login_state) });
    if (auth.loading) return <p>loading</p>;
    return (
        <>
            <p id="user">{auth.isLoggedIn ? auth.user.email : 'logged out'}</p>
            <form onSubmit={submit}>
                <input name="email" aria-label="Email" />
                <input name="password" type="password" aria-label="Password" />
                <button type="submit">log in</button>
                <button type="button" onClick={state}>state</button>
            </form>
            <p id="login-outcome">{outcome}</p>
            {auth.isLoggedIn && <SecondFactor />}
        </>
    );
}

createRoot(document.getElementById('root')).render(
    <AuthProvider authUrl={window.config.authUrl}><Login /></AuthProvider>,
);
