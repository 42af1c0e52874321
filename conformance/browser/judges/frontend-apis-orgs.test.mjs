// `@propelauth/frontend-apis`: organizations, their members and invitations.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { fields, ok, refused, startJudge } from './frontend_apis.mjs';
import { ALICE, BOB } from './world.mjs';

const NO_ORG = '00000000-0000-4000-8000-000000000000';
let judge, alice, bob, acme, initech;
before(async () => {
    judge = await startJudge({ users_can_delete_their_own_orgs: true });
    [alice, bob] = [await judge.as(ALICE), await judge.as(BOB)]; // Owner and Member of Acme
    [acme, initech] = [await judge.emulator.orgId('Acme'), await judge.emulator.orgId('Initech')];
});
after(() => judge?.stop());

/** Creates a user who is alone in a new organization with a domain, and returns both. */
async function owner(domain, options = {}) {
    const user = await judge.createUser(`owner@${domain}`);
    const page = await judge.as(user.email);
    const { org_id: org } = await ok(page, 'createOrg', { name: `The ${domain}`, ...options });
    return { ...user, page, org };
}
const members = async (page, org, search = {}) => (await ok(page, 'fetchOrgMembers', org, search)).users;

describe('creating', () => {
    test('makes the user the owner', async () => {
        const { email, page, org } = await owner('creating.example');
        assert.deepEqual((await members(page, org)).map((it) => [it.email, it.role]), [[email, 'Owner']]);
        const { first_org: isFirst } = await ok(page, 'createOrg', { name: 'A second one' });
        assert.equal(isFirst, false);
    });

    test('without a name is a field error', async () => {
        assert.deepEqual(fields(await refused(alice, 'invalid_request_fields', 'createOrg', { name: '' })), ['name']);
    });

    test('with a domain that everyone shares is refused', async () => {
        const page = await judge.as((await judge.createUser('someone@gmail.com')).email);
        const personal = { name: 'Gmail', allow_users_to_join_by_domain: true };
        await refused(page, 'personal_domain_error', 'createOrg', personal);
    });

    test('is refused beyond the limit, and where the project does not let users', async () => {
        await judge.inProject({ max_num_orgs_users_can_be_in: 2 }, async (other) => {
            await refused(await other.as(ALICE), 'user_max_orgs_limit_exceeded', 'createOrg', { name: 'A third one' });
        });
        await judge.inProject({ users_can_create_orgs: false }, async (other) => {
            await refused(await other.as(ALICE), 'action_disabled', 'createOrg', { name: 'Another' });
        });
    });
});

describe('settings', () => {
    test('are read by members, and changed by those who may', async () => {
        const settings = await ok(alice, 'fetchOrgSettings', acme);
        assert.equal(settings.org_name, 'Acme');
        assert.equal(settings.current_user_domain, 'example.com');
        assert.equal(settings.current_user_domain_is_personal, false);
        assert.equal(settings.user_can_update_org_settings, true);
        assert.equal((await ok(bob, 'fetchOrgSettings', acme)).user_can_update_org_settings, false);

        await ok(alice, 'updateOrgSettings', { org_id: acme, name: 'Acme Corporation' });
        assert.equal((await ok(bob, 'fetchOrgSettings', acme)).org_name, 'Acme Corporation');
        await refused(bob, 'action_forbidden', 'updateOrgSettings', { org_id: acme, name: 'Bobs' });
        assert.deepEqual(fields(await refused(alice, 'invalid_request_fields', 'updateOrgSettings', { org_id: acme, name: '' })), ['name']);
    });

    test('of other organizations are not found', async () => {
        for (const org of [initech, NO_ORG]) {
            await refused(alice, 'org_not_found', 'fetchOrgSettings', org);
            await refused(alice, 'org_not_found', 'updateOrgSettings', { org_id: org, name: 'Mine' });
        }
    });
});

describe('joining', () => {
    test('is open to who has the domain', async () => {
        const { org } = await owner('joining.example', { allow_users_to_join_by_domain: true });
        const page = await judge.as((await judge.createUser('second@joining.example')).email);
        const { orgs } = await ok(page, 'fetchJoinableOrgs');
        assert.deepEqual(orgs.map((it) => it.id), [org]);
        assert.deepEqual(await ok(page, 'joinOrg', org), { org_id: org, first_org: true });
        assert.deepEqual((await ok(page, 'fetchJoinableOrgs')).orgs, []);
    });

    test('is closed to others, as if the organization did not exist', async () => {
        for (const org of [initech, NO_ORG]) await refused(alice, 'org_not_found', 'joinOrg', org);
    });

    test('is refused when organization or user are full', async () => {
        const { org } = await owner('full.example', { allow_users_to_join_by_domain: true });
        await judge.emulator.backend('PUT', `org/${org}`, { max_users: 1 });
        const page = await judge.as((await judge.createUser('second@full.example')).email);
        await refused(page, 'org_max_users_limit_exceeded', 'joinOrg', org);

        await judge.inProject({ max_num_orgs_users_can_be_in: 2 }, async (other) => {
            const first = await other.as((await other.createUser('first@many.example')).email);
            const { org_id: many } = await ok(first, 'createOrg', { name: 'Many', allow_users_to_join_by_domain: true });
            const second = await other.as((await other.createUser('second@many.example')).email);
            for (const name of ['One', 'Two']) await ok(second, 'createOrg', { name });
            await refused(second, 'user_max_orgs_limit_exceeded', 'joinOrg', many);
        });
    });
});

describe('members', () => {
    test('are listed in pages and found by their address', async () => {
        const page = await ok(alice, 'fetchOrgMembers', acme, { page_size: 1, page_number: 0 });
        assert.deepEqual([page.users.length, page.total_count, page.has_more_results], [1, 2, true]);
        const [found] = await members(alice, acme, { email_search: 'bob' });
        assert.equal(found.email, BOB);
        assert.ok(found.possible_roles.includes('Admin'));
        assert.equal(found.can_be_deleted, true);
    });

    test('of other organizations are not shown', async () => {
        for (const list of ['fetchOrgMembers', 'fetchPendingOrgInvites', 'fetchExpiredOrgInvites']) {
            for (const org of [initech, NO_ORG]) await refused(alice, 'org_not_found', list, org, {});
        }
    });

    test('get another role from those who may', async () => {
        const { org, page } = await owner('roles.example');
        const { id } = await judge.createUser('member@roles.example');
        const add = { user_id: id, org_id: org, role: 'Member' };
        await judge.emulator.backend('POST', 'org/add_user', add);
        const change = { org_id: org, user_id: id, role: 'Admin' };
        await ok(page, 'updateUserRoleInOrg', change);
        assert.equal((await members(page, org, { email_search: 'member@' }))[0].role, 'Admin');
        await refused(page, 'invalid_request_fields', 'updateUserRoleInOrg', { ...change, role: 'King' });
        await refused(page, 'user_not_found', 'updateUserRoleInOrg', { ...change, user_id: NO_ORG });
        await refused(bob, 'action_forbidden', 'updateUserRoleInOrg', { org_id: acme, user_id: await judge.emulator.userId(ALICE), role: 'Member' });
    });

    test('are removed by those who may, but for the last owner', async () => {
        const { org, page, id: self } = await owner('removing.example');
        const { id } = await judge.createUser('member@removing.example');
        await judge.emulator.backend('POST', 'org/add_user', { user_id: id, org_id: org, role: 'Member' });
        await refused(page, 'invalid_request_fields', 'removeUserFromOrg', { org_id: org, user_id: self });
        await refused(page, 'user_not_found', 'removeUserFromOrg', { org_id: org, user_id: NO_ORG });
        await refused(page, 'org_not_found', 'removeUserFromOrg', { org_id: initech, user_id: id });
        await refused(bob, 'action_forbidden', 'removeUserFromOrg', { org_id: acme, user_id: await judge.emulator.userId(ALICE) });
        await ok(page, 'removeUserFromOrg', { org_id: org, user_id: id });
        assert.equal((await members(page, org)).length, 1);
    });
});

describe('invitations', () => {
    const invite = (org, email, role = 'Member') => ({ org_id: org, email, role });

    test('are sent, listed and revoked', async () => {
        const { org, page } = await owner('inviting.example');
        const email = 'guest@inviting.example';
        await ok(page, 'inviteUserToOrg', invite(org, email));
        const { pending_invites: pending } = await ok(page, 'fetchPendingOrgInvites', org, {});
        assert.deepEqual(pending.map((it) => [it.email, it.role]), [[email, 'Member']]);
        assert.ok(pending[0].expires_at_seconds > Date.now() / 1000);
        await ok(page, 'revokeUserOrgInvitation', { org_id: org, email });
        assert.deepEqual((await ok(page, 'fetchPendingOrgInvites', org, {})).pending_invites, []);
        await refused(page, 'invalid_request_fields', 'revokeUserOrgInvitation', { org_id: org, email: 'no address' });
        await refused(page, 'org_not_found', 'revokeUserOrgInvitation', { org_id: initech, email });
    });

    test('expire', async () => {
        const { org, page } = await owner('expiring.example');
        await ok(page, 'inviteUserToOrg', invite(org, 'late@expiring.example'));
        await judge.emulator.control('POST', 'clock/advance', { seconds: 60 * 60 * 24 * 60 });
        try {
            const later = await judge.as('owner@expiring.example');
            assert.deepEqual((await ok(later, 'fetchPendingOrgInvites', org, {})).pending_invites, []);
            const { expired_invites: expired } = await ok(later, 'fetchExpiredOrgInvites', org, {});
            assert.deepEqual(expired.map((it) => it.email), ['late@expiring.example']);
        } finally {
            await judge.emulator.control('POST', 'clock/resume');
        }
    });

    test('are refused to who may not, to members, and for mistakes', async () => {
        await refused(bob, 'action_forbidden', 'inviteUserToOrg', invite(acme, 'guest@example.com'));
        await refused(bob, 'action_forbidden', 'revokeUserOrgInvitation', { org_id: acme, email: 'guest@example.com' });
        await refused(alice, 'action_already_complete', 'inviteUserToOrg', invite(acme, BOB));
        await refused(alice, 'org_not_found', 'inviteUserToOrg', invite(initech, 'guest@example.com'));
        assert.deepEqual(fields(await refused(alice, 'invalid_request_fields', 'inviteUserToOrg', invite(acme, 'guest'))), ['email']);
        assert.deepEqual(fields(await refused(alice, 'invalid_request_fields', 'inviteUserToOrg', invite(acme, 'g@example.com', 'King'))), ['role']);
    });

    test('are refused when the organization is full', async () => {
        const { org, page } = await owner('packed.example');
        await judge.emulator.backend('PUT', `org/${org}`, { max_users: 1 });
        await refused(page, 'org_max_users_limit_exceeded', 'inviteUserToOrg', invite(org, 'guest@packed.example'));
    });
});

describe('deleting', () => {
    test('is for owners, where the project lets users', async () => {
        const { org, page } = await owner('deleting.example');
        await refused(bob, 'action_forbidden', 'deleteOrg', acme);
        await refused(page, 'org_not_found', 'deleteOrg', initech);
        await ok(page, 'deleteOrg', org);
        await refused(page, 'org_not_found', 'fetchOrgSettings', org);
        await judge.inProject({}, async (other) => {
            await refused(await other.as(ALICE), 'action_disabled', 'deleteOrg', await other.emulator.orgId('Acme'));
        });
    });
});
