// What holds for every call of `@propelauth/frontend-apis`: who may not call it, and what it answers then.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ARGUMENTS, CALLS, ok, refused, startJudge } from './frontend_apis.mjs';
import { ALICE, BOB } from './world.mjs';

/** The calls that may be refused with a code, each with arguments that would otherwise be accepted. */
async function callsWith(code, judge, handler) {
    const ids = {
        acme: await judge.emulator.orgId('Acme').catch(() => '00000000-0000-4000-8000-000000000000'),
        bob: await judge.emulator.userId(BOB),
    };
    return [...CALLS].filter(([, codes]) => codes.has(code) && (!handler || codes.get(code) === handler))
        .map(([name]) => [name, ARGUMENTS[name](ids)]);
}

/** The state of the emulator but for what every request changes. */
async function state(judge) {
    const { users, orgs } = await judge.emulator.control('GET', 'snapshot');
    const people = Object.values(users).map(({ metadata: { last_active_at: _, ...metadata }, ...user }) => ({ ...user, metadata }));
    return JSON.stringify([people, orgs]);
}

test('the table has arguments for every call of the package', () => {
    assert.deepEqual([...CALLS.keys()].sort(), Object.keys(ARGUMENTS).sort());
});

test('without a session, every call that needs one is refused, and changes nothing', async () => {
    const judge = await startJudge();
    try {
        const page = await judge.visit();
        assert.deepEqual(await ok(page, 'fetchLoginState'), { login_state: 'LoginRequired' });
        const earlier = await state(judge);
        for (const [name, args] of await callsWith('not_logged_in', judge)) await refused(page, 'not_logged_in', name, ...args);
        assert.equal(await state(judge), earlier);

        // The same with a session that is over.
        const alice = await judge.as(ALICE);
        await judge.emulator.backend('POST', `user/${await judge.emulator.userId(ALICE)}/logout_all_sessions`);
        assert.deepEqual(await ok(alice, 'fetchLoginState'), { login_state: 'LoginRequired' });
        await refused(alice, 'not_logged_in', 'fetchJoinableOrgs');

        // And when nothing answers at all.
        await judge.emulator.goAway();
        for (const name of CALLS.keys()) {
            await refused(page, 'unexpected_error', name, ...ARGUMENTS[name]({ acme: 'acme', bob: 'bob' }));
        }
        await judge.emulator.comeBack();
    } finally {
        await judge.stop();
    }
});

test('before the email address is confirmed, calls are refused, and change nothing', async () => {
    const judge = await startJudge({ require_email_confirmation: true });
    try {
        const bob = await judge.emulator.userId(BOB);
        const email = 'unconfirmed@example.com';
        const created = await judge.emulator.backend('POST', 'user/', {
            email, password: 'correct horse battery staple', email_confirmed: false,
            send_email_to_confirm_email_address: false,
        });
        const acme = await judge.emulator.orgId('Acme');
        await judge.emulator.backend('POST', 'org/add_user', { user_id: created.user_id, org_id: acme, role: 'Owner' });
        assert.notEqual(created.user_id, bob);
        const page = await judge.as(email);
        assert.deepEqual(await ok(page, 'fetchLoginState'), { login_state: 'ConfirmEmailRequired' });
        const earlier = await state(judge);
        for (const [name, args] of await callsWith('email_not_confirmed', judge)) {
            await refused(page, 'email_not_confirmed', name, ...args);
        }
        assert.equal(await state(judge), earlier);
    } finally {
        await judge.stop();
    }
});

test('in a project without organizations, calls about them are refused', async () => {
    const judge = await startJudge({ has_orgs: false });
    try {
        const page = await judge.as(ALICE);
        for (const [name, args] of await callsWith('action_disabled', judge, 'orgsNotEnabled')) {
            await refused(page, 'action_disabled', name, ...args);
        }
        await refused(page, 'action_disabled', 'createOrg', { name: 'Hooli' });
    } finally {
        await judge.stop();
    }
});
