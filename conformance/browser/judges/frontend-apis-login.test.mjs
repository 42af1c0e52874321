// `@propelauth/frontend-apis`: logging in, signing up, and each step in between.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { fields, ok, refused, refusedInTheEnd, startJudge, totp } from './frontend_apis.mjs';
import { ALICE, BOB, PASSWORD } from './world.mjs';

let judge, page;
const SETTINGS = { has_passwordless_login: true, signup_domain_allowlist: [], include_login_method: true };
before(async () => {
    judge = await startJudge(SETTINGS);
    page = await judge.visit();
});
after(() => judge?.stop());

const state = async (tab = page) => (await ok(tab, 'fetchLoginState')).login_state;

const inProject = (settings, run) => judge.inProject(settings, run);
const createUser = (name, more) => judge.createUser(name, more);

/** Turns a user's second factor on, and returns the secret and the backup codes. */
async function enrol(email) {
    const tab = await judge.as(email);
    const { new_secret: secret } = await ok(tab, 'fetchMfaStatusWithNewSecret');
    await ok(tab, 'enableMfa', { code: totp(secret) });
    const { backup_codes: codes } = await ok(tab, 'fetchMfaStatusWithNewSecret');
    return { secret, codes };
}

describe('with a password', () => {
    test('the right one opens a session', async () => {
        const tab = await judge.visit();
        assert.equal(await state(tab), 'LoginRequired');
        assert.deepEqual(await ok(tab, 'emailPasswordLogin', { email: ALICE, password: PASSWORD }), { login_state: 'Finished' });
        assert.equal(await state(tab), 'Finished');
        await tab.reload();
        assert.equal(await state(tab), 'Finished');
    });

    test('a wrong one and an unknown user are refused with the same words', async () => {
        const wrong = await refused(page, 'user_not_found', 'emailPasswordLogin', { email: BOB, password: 'wrong' });
        const unknown = await refused(page, 'user_not_found', 'emailPasswordLogin', { email: 'who@example.com', password: 'wrong' });
        assert.deepEqual(wrong, unknown);
        assert.equal(await state(), 'LoginRequired');
    });

    test('no email address is a field error', async () => {
        const error = await refused(page, 'invalid_request_fields', 'emailPasswordLogin', { password: PASSWORD });
        assert.deepEqual(fields(error), ['email']);
    });

    test('a disabled user is told so with the right password', async () => {
        const { id, email } = await createUser('disabled');
        await judge.emulator.backend('POST', `user/${id}/disable`);
        await refused(page, 'account_disabled', 'emailPasswordLogin', { email, password: PASSWORD });
    });

    test('too many wrong ones lock the account', async () => {
        const { email } = await createUser('locked');
        for (let attempt = 0; attempt < 30; attempt += 1) {
            const code = await page.evaluate(async (it) => (await window.client.emailPasswordLogin(it)).error.error_code, { email, password: 'wrong' });
            if (code === 'account_locked') break;
            assert.equal(code, 'user_not_found');
        }
        await refused(page, 'account_locked', 'emailPasswordLogin', { email, password: PASSWORD });
    });

    test('a project may have none', () => inProject({ has_password_login: false, has_passwordless_login: true }, async (_, tab) => {
        await refused(tab, 'action_disabled', 'emailPasswordLogin', { email: ALICE, password: PASSWORD });
    }));
});

describe('signing up', () => {
    test('a new user has a session and a confirmation email', async () => {
        const tab = await judge.visit();
        const email = 'eve@example.com';
        const { user_id: id, login_state: next } = await ok(tab, 'signup', { email, password: PASSWORD, first_name: 'Eve' });
        assert.equal(await judge.emulator.userId(email), id);
        assert.equal(next, await state(tab));
        const emails = await judge.emulator.control('GET', 'emails');
        assert.ok(emails.some((it) => it.to === email && it.kind === 'ConfirmEmail'));
    });

    test('a taken address, no password and what is no address are field errors', async () => {
        const tab = await judge.visit();
        const signup = (email, password) => refused(tab, 'invalid_request_fields', 'signup', { email, password });
        assert.deepEqual(fields(await signup(ALICE, PASSWORD)), ['email']);
        assert.deepEqual(fields(await signup('frank', PASSWORD)), ['email']);
        assert.deepEqual(fields(await signup('frank@example.com', '')), ['password']);
    });

    test('a project may be closed', () => inProject({ allow_public_signups: false }, async (_, tab) => {
        await refused(tab, 'action_disabled', 'signup', { email: 'eve@example.com', password: PASSWORD });
    }));
});

describe('without a password', () => {
    const login = (email) => ({ email, create_if_doesnt_exist: true });

    test('a link comes by email', async () => {
        await ok(page, 'passwordlessLogin', login(BOB));
        await ok(page, 'passwordlessLogin', login('grace@example.com'));
    });

    test('what is no address, a disabled and a locked user are refused', async () => {
        assert.deepEqual(fields(await refused(page, 'invalid_request_fields', 'passwordlessLogin', login('bob'))), ['email']);
        await refused(page, 'account_disabled', 'passwordlessLogin', login('disabled@example.com'));
        await refused(page, 'account_locked', 'passwordlessLogin', login('locked@example.com'));
    });

    test('a project may have no such logins', () => inProject({ has_passwordless_login: false }, async (_, tab) => {
        await refused(tab, 'not_found', 'passwordlessLogin', login(BOB));
    }));

    test('a project may refuse personal addresses and foreign domains', async () => {
        const settings = { has_passwordless_login: true, allow_users_to_signup_with_personal_email: false };
        await inProject(settings, (_, tab) => refused(tab, 'bad_request', 'passwordlessLogin', login('someone@gmail.com')));
        const listed = { has_passwordless_login: true, signup_domain_allowlist: ['example.com'] };
        await inProject(listed, (_, tab) => refused(tab, 'domain_not_allowed', 'passwordlessLogin', login('someone@elsewhere.example')));
    });
});

describe('a forgotten password', () => {
    test('an email is sent, or not, with the same answer', async () => {
        const known = await ok(page, 'sendForgotPasswordEmail', { email: BOB });
        assert.deepEqual(Object.keys(known.sniper_links).sort(), ['gmail', 'outlook', 'yahoo']);
        const unknown = await ok(page, 'sendForgotPasswordEmail', { email: 'who@example.com' });
        assert.equal(known.message.replace(BOB, ''), unknown.message.replace('who@example.com', ''));
    });

    test('what is no address is a field error', async () => {
        assert.deepEqual(fields(await refused(page, 'invalid_request_fields', 'sendForgotPasswordEmail', { email: 'bob' })), ['email']);
    });
});

describe('a confirmation email', () => {
    test('is sent again, not too often, and not to a confirmed address', async () => {
        const { email } = await createUser('unconfirmed', { email_confirmed: false });
        const tab = await judge.as(email);
        await ok(tab, 'resendEmailConfirmation');
        await refusedInTheEnd(tab, 'rate_limit_exceeded', 'ok', 'resendEmailConfirmation');
        await refused(await judge.as(ALICE), 'email_already_confirmed', 'resendEmailConfirmation');
    });
});

describe('a second factor', () => {
    let secret, codes, email;
    before(async () => {
        ({ email } = await createUser('second-factor'));
        ({ secret, codes } = await enrol(email));
    });
    const login = async () => {
        const tab = await judge.visit();
        assert.deepEqual(await ok(tab, 'emailPasswordLogin', { email, password: PASSWORD }), { login_state: 'TwoFactorRequired' });
        assert.equal(await state(tab), 'TwoFactorRequired');
        return tab;
    };

    test('finishes the login', async () => {
        const tab = await login();
        await refused(tab, 'invalid_request_fields', 'verifyMfaForLogin', { code: '000000' });
        // The code of the next half minute: the one of this half minute was used to turn it on.
        const code = totp(secret, Date.now() / 1000 + 30);
        assert.deepEqual(await ok(tab, 'verifyMfaForLogin', { code }), { login_state: 'Finished' });
        assert.equal(await state(tab), 'Finished');
    });

    test('may be a backup code, each of them once', async () => {
        const tab = await login();
        await refused(tab, 'incorrect_mfa_code', 'verifyMfaBackupCodeForLogin', { code: 'AAAAAAAA' });
        assert.deepEqual(await ok(tab, 'verifyMfaBackupCodeForLogin', { code: codes[0] }), { login_state: 'Finished' });
        await refused(await login(), 'incorrect_mfa_code', 'verifyMfaBackupCodeForLogin', { code: codes[0] });
    });

    test('is asked only after a password', async () => {
        const tab = await judge.visit();
        await refused(tab, 'invalid_mfa_cookie', 'verifyMfaForLogin', { code: totp(secret) });
        await refused(tab, 'invalid_mfa_cookie', 'verifyMfaBackupCodeForLogin', { code: codes[1] });
    });

    test('locks after too many wrong codes', async () => {
        const tab = await login();
        for (let attempt = 0; attempt < 30; attempt += 1) {
            const code = await tab.evaluate(async () => (await window.client.verifyMfaForLogin({ code: '000000' })).error.error_code);
            if (code === 'account_mfa_locked') break;
            assert.equal(code, 'invalid_request_fields');
        }
        await refused(tab, 'account_mfa_locked', 'verifyMfaForLogin', { code: totp(secret) });
        await refused(tab, 'account_mfa_locked', 'verifyMfaBackupCodeForLogin', { code: codes[2] });
    });

    test('is worth nothing to a user who was disabled meanwhile', async () => {
        const user = await createUser('disabled-meanwhile');
        const factor = await enrol(user.email);
        const tab = await judge.visit();
        await ok(tab, 'emailPasswordLogin', { email: user.email, password: PASSWORD });
        await judge.emulator.backend('POST', `user/${user.id}/disable`);
        const code = totp(factor.secret, Date.now() / 1000 + 30);
        await refused(tab, 'invalid_mfa_cookie', 'verifyMfaForLogin', { code });
        await refused(tab, 'invalid_mfa_cookie', 'verifyMfaBackupCodeForLogin', { code: factor.codes[0] });
    });
});

describe('steps that a project requires', () => {
    test('a second factor', () => inProject({ all_users_must_setup_2fa: true }, async (_, tab) => {
        const { login_state: next } = await ok(tab, 'emailPasswordLogin', { email: ALICE, password: PASSWORD });
        assert.equal(next, 'TwoFactorEnablementRequired');
        const { new_secret: secret } = await ok(tab, 'fetchMfaStatusWithNewSecret');
        await ok(tab, 'enableMfa', { code: totp(secret) });
        assert.equal(await state(tab), 'Finished');
    }));

    test('an organization', () => inProject({ users_must_be_in_an_organization: true }, async (other, tab) => {
        const { login_state: next } = await ok(tab, 'signup', { email: 'heidi@example.com', password: PASSWORD });
        assert.equal(next, 'OrgCreationRequired');
        const { first_org: isFirst } = await ok(tab, 'createOrg', { name: 'Hooli' });
        assert.equal(isFirst, true);
        assert.equal(await state(tab), 'Finished');
        assert.ok(await other.emulator.orgId('Hooli'));
    }));

    test('a new password', async () => {
        const { email } = await createUser('update-password', { ask_user_to_update_password_on_login: true });
        const tab = await judge.visit();
        assert.deepEqual(await ok(tab, 'emailPasswordLogin', { email, password: PASSWORD }), { login_state: 'UpdatePasswordRequired' });
        await ok(tab, 'updatePassword', { password: `${PASSWORD} again` });
        assert.equal(await state(tab), 'Finished');
    });
});

describe('single sign-on', () => {
    test('an organization without it is not found', async () => {
        await refused(page, 'org_not_found', 'loginViaSamlForOrg', { domain: 'nowhere.example' });
        await refused(page, 'org_not_found', 'loginViaSamlForOrg', { org_id: '00000000-0000-4000-8000-000000000000' });
        await refused(page, 'org_not_found', 'loginViaSamlForOrg', { email: 'who@nowhere.example' });
    });

    test('the organization is found by its id, its domain and an address, unless two have the domain', async () => {
        const connect = async (name) => {
            const org = await judge.emulator.orgId(name);
            await judge.emulator.backend('POST', 'saml_idp_metadata', {
                org_id: org, idp_entity_id: 'https://idp.example', idp_sso_url: 'https://idp.example/sso', provider: 'Okta',
                idp_certificate: '-----BEGIN CERTIFICATE-----\nMII=\n-----END CERTIFICATE-----',
            });
            await judge.emulator.backend('POST', `saml_idp_metadata/go_live/${org}`);
            await judge.emulator.backend('PUT', `org/${org}`, { domain: 'sso.example' });
            return org;
        };
        const acme = await connect('Acme');
        for (const by of [{ org_id: acme }, { domain: 'sso.example' }, { email: 'someone@sso.example' }]) {
            const { login_url: url } = await ok(page, 'loginViaSamlForOrg', by);
            assert.equal(url, `${judge.emulator.url}/saml?id=${acme}`);
        }
        await connect('Globex');
        await refused(page, 'ambiguous_results', 'loginViaSamlForOrg', { domain: 'sso.example' });
    });
});
