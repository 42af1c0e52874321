// `@propelauth/frontend-apis`: API keys of users and organizations.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { fields, ok, refused, startJudge } from './frontend_apis.mjs';
import { ALICE, BOB } from './world.mjs';

const NO_KEY = '0123456789abcdef0123456789abcdef';
let judge, alice, bob, acme, initech;
before(async () => {
    judge = await startJudge({ personal_api_keys_enabled: true, org_api_keys_enabled: true });
    [alice, bob] = [await judge.as(ALICE), await judge.as(BOB)];
    [acme, initech] = [await judge.emulator.orgId('Acme'), await judge.emulator.orgId('Initech')];
});
after(() => judge?.stop());

const validate = (token) => judge.emulator.backend('POST', 'end_user_api_keys/validate', { api_key_token: token });

describe('of a user', () => {
    test('are created, work, are renamed and deleted', async () => {
        const { api_key_id: id, api_key_token: token } = await ok(bob, 'createPersonalApiKey', 'OneMonth', 'laptop');
        assert.equal((await validate(token)).user.email, BOB);
        const [listed] = (await ok(bob, 'fetchPersonalApiKeys', {})).api_keys;
        assert.equal(listed.api_key_id, id);
        assert.equal(listed.display_name, 'laptop');
        const days = (listed.expires_at_seconds - Date.now() / 1000) / 86400;
        assert.ok(days > 27 && days < 32);
        await ok(bob, 'updateApiKey', { api_key_id: id, display_name: 'desktop' });
        assert.equal((await ok(bob, 'fetchPersonalApiKeys', { api_key_search: id })).api_keys[0].display_name, 'desktop');
        await ok(bob, 'deleteApiKey', id);
        await assert.rejects(validate(token), /4\d\d/);
        assert.equal((await ok(bob, 'fetchPersonalApiKeys', {})).total_api_keys, 0);
    });

    test('are listed in pages', async () => {
        for (const option of ['Never', 'OneYear', 'TwoWeeks']) await ok(bob, 'createPersonalApiKey', option);
        const page = await ok(bob, 'fetchPersonalApiKeys', { page_size: 2, sort_by: 'ExpiresAtAsc' });
        assert.deepEqual([page.api_keys.length, page.total_api_keys, page.has_more_results], [2, 3, true]);
        await refused(bob, 'invalid_request_fields', 'fetchPersonalApiKeys', { page_size: 100000 });
    });

    test('of another are not found', async () => {
        const { api_key_id: id } = await ok(bob, 'createPersonalApiKey', 'Never');
        await refused(alice, 'not_found', 'deleteApiKey', id);
        await refused(alice, 'not_found', 'updateApiKey', { api_key_id: id, display_name: 'mine' });
        await refused(alice, 'not_found', 'deleteApiKey', NO_KEY);
    });

    test('have an expiration that the project offers, and a name', async () => {
        await refused(bob, 'bad_request', 'createPersonalApiKey', 'Tomorrow');
        const error = await refused(bob, 'invalid_request_fields', 'createPersonalApiKey', 'Never', 'x'.repeat(1000));
        assert.deepEqual(fields(error), ['display_name']);
        const { api_key_id: id } = await ok(bob, 'createPersonalApiKey', 'Never');
        await refused(bob, 'invalid_request_fields', 'updateApiKey', { api_key_id: id, display_name: 'x'.repeat(1000) });
    });
});

describe('of an organization', () => {
    test('are for those who may manage them', async () => {
        const { api_key_id: id, api_key_token: token } = await ok(alice, 'createOrgApiKey', acme, 'SixMonths', 'server');
        assert.equal((await validate(token)).org.org_id, acme);
        assert.deepEqual((await ok(alice, 'fetchOrgApiKeys', { org_id: acme })).api_keys.map((it) => it.api_key_id), [id]);
        await refused(bob, 'action_forbidden', 'createOrgApiKey', acme, 'Never');
        await refused(bob, 'action_forbidden', 'fetchOrgApiKeys', { org_id: acme });
        await refused(bob, 'action_forbidden', 'deleteApiKey', id);
        await refused(bob, 'action_forbidden', 'updateApiKey', { api_key_id: id, display_name: 'mine' });
        await ok(alice, 'deleteApiKey', id);
    });

    test('have an expiration that the project offers, and a name', async () => {
        await refused(alice, 'bad_request', 'createOrgApiKey', acme, 'Tomorrow');
        await refused(alice, 'invalid_request_fields', 'createOrgApiKey', acme, 'Never', 'x'.repeat(1000));
        await refused(alice, 'invalid_request_fields', 'fetchOrgApiKeys', { org_id: acme, page_size: 100000 });
    });

    test('of another organization are not found', async () => {
        await refused(alice, 'org_not_found', 'fetchOrgApiKeys', { org_id: initech });
        await refused(alice, 'action_forbidden', 'createOrgApiKey', initech, 'Never');
    });
});

test('a project may have none', () => judge.inProject({}, async (other) => {
    const page = await other.as(ALICE);
    await refused(page, 'action_disabled', 'fetchPersonalApiKeys', {});
    await refused(page, 'action_disabled', 'fetchOrgApiKeys', { org_id: await other.emulator.orgId('Acme') });
    await refused(page, 'action_forbidden', 'createPersonalApiKey', 'Never');
}));
