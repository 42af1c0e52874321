// `@propelauth/frontend-apis`: what users change about themselves.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { fields, ok, refused, refusedInTheEnd, startJudge, totp } from './frontend_apis.mjs';
import { ALICE, PASSWORD } from './world.mjs';

let judge;
before(async () => { judge = await startJudge({ users_can_delete_own_account: true }); });
after(() => judge?.stop());

/** Returns a page where a new user is logged in. */
async function newUser(name) {
    const user = await judge.createUser(name);
    return { ...user, page: await judge.as(user.email) };
}
describe('a password', () => {
    test('is changed by who knows it', async () => {
        const { email, page } = await newUser('password');
        const changed = `${PASSWORD} again`;
        await refused(page, 'incorrect_password', 'updatePassword', { current_password: 'wrong', password: changed });
        const weak = { current_password: PASSWORD, password: '' };
        assert.deepEqual(fields(await refused(page, 'invalid_request_fields', 'updatePassword', weak)), ['password']);
        await ok(page, 'updatePassword', { current_password: PASSWORD, password: changed });
        await refused(await judge.visit(), 'user_not_found', 'emailPasswordLogin', { email, password: PASSWORD });
        await judge.as(email, changed);
    });

    test('cannot be guessed with a session', async () => {
        const { page } = await newUser('guessed');
        const guess = { current_password: 'wrong', password: `${PASSWORD} again` };
        await refusedInTheEnd(page, 'account_locked', 'incorrect_password', 'updatePassword', guess);
    });
});

describe('an email address', () => {
    test('is changed once the new one is confirmed', async () => {
        const { id, page } = await newUser('address');
        const change = { new_email: 'new-address@example.com', password: PASSWORD };
        assert.deepEqual(fields(await refused(page, 'invalid_request_fields', 'updateEmail', { ...change, new_email: 'new' })), ['new_email']);
        await refused(page, 'incorrect_password', 'updateEmail', { ...change, password: 'wrong' });
        await ok(page, 'updateEmail', change);
        await refused(page, 'confirmation_email_sent', 'updateEmail', change);
        const emails = await judge.emulator.control('GET', 'emails');
        const sent = emails.filter((it) => it.to === change.new_email && it.kind === 'ConfirmNewEmail');
        assert.equal(sent.length, 1);
        await page.goto(sent[0].link);
        assert.equal(await judge.emulator.userId(change.new_email), id);
    });

    test('of another user is a field error', async () => {
        const { page } = await newUser('taken');
        const taken = { new_email: ALICE, password: PASSWORD };
        assert.deepEqual(fields(await refused(page, 'invalid_request_fields', 'updateEmail', taken)), ['new_email']);
    });

    test('stays one of the domain that the user\'s organization requires', async () => {
        const { email } = await judge.createUser('first@restricted.example');
        const page = await judge.as(email);
        await ok(page, 'createOrg', { name: 'Restricted', allow_users_to_join_by_domain: true, restrict_invites_by_domain: true });
        await refused(page, 'action_forbidden', 'updateEmail', { new_email: 'first@elsewhere.example', password: PASSWORD });
    });

    test('cannot be changed where the project does not let users', () => judge.inProject({ users_can_change_email: false }, async (other) => {
        await refused(await other.as(ALICE), 'action_disabled', 'updateEmail', { new_email: 'new@example.com', password: PASSWORD });
    }));

    test('cannot be changed by who guesses passwords', async () => {
        const { page } = await newUser('guessed-address');
        const guess = { new_email: 'guess@example.com', password: 'wrong' };
        await refusedInTheEnd(page, 'account_locked', 'incorrect_password', 'updateEmail', guess);
    });
});

describe('names', () => {
    test('are changed', async () => {
        const { id, page } = await newUser('names');
        await ok(page, 'updateUserMetadata', { first_name: 'Nina', last_name: 'Names', username: 'nina' });
        const user = await judge.emulator.backend('GET', `user/${id}`);
        assert.deepEqual([user.first_name, user.last_name, user.username], ['Nina', 'Names', 'nina']);
    });

    test('that are taken or empty are field errors', async () => {
        const { page } = await newUser('other-names');
        const error = await refused(page, 'invalid_request_fields', 'updateUserMetadata', { username: 'nina' });
        assert.deepEqual(fields(error), ['username']);
    });
});

describe('a second factor', () => {
    test('is turned on, shows its backup codes, and is turned off', async () => {
        const { page } = await newUser('factor');
        const off = await ok(page, 'fetchMfaStatusWithNewSecret');
        assert.deepEqual([off.type, off.mfa_enabled], ['Disabled', false]);
        // The QR code is an image that a browser shows.
        const width = await page.evaluate(async (qr) => {
            const image = new Image();
            image.src = `data:image/png;base64,${qr}`;
            await image.decode();
            return image.naturalWidth;
        }, off.new_qr);
        assert.ok(width > 20);
        await refused(page, 'action_already_complete', 'disableMfa');
        await refused(page, 'invalid_request_fields', 'enableMfa', { code: '000000' });
        await ok(page, 'enableMfa', { code: totp(off.new_secret) });
        await refused(page, 'action_already_complete', 'enableMfa', { code: totp(off.new_secret) });
        const on = await ok(page, 'fetchMfaStatusWithNewSecret');
        assert.deepEqual([on.type, on.mfa_enabled], ['Enabled', true]);
        assert.ok(on.backup_codes.length > 0 && new Set(on.backup_codes).size === on.backup_codes.length);
        await ok(page, 'disableMfa');
        assert.equal((await ok(page, 'fetchMfaStatusWithNewSecret')).type, 'Disabled');
    });
});

describe('an account', () => {
    test('is deleted with its sessions', async () => {
        const { email, page } = await newUser('deleted');
        await ok(page, 'deleteAccount');
        assert.equal((await ok(page, 'fetchLoginState')).login_state, 'LoginRequired');
        await refused(page, 'user_not_found', 'emailPasswordLogin', { email, password: PASSWORD });
    });

    test('is not deleted where the project does not let users', () => judge.inProject({}, async (other) => {
        await refused(await other.as(ALICE), 'action_disabled', 'deleteAccount');
    }));
});
