'use strict';
// Every operation of @propelauth/node, against a running emulator. Run with the preload of
// `propelauth-dev node-preload`.

const crypto = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
const { deepStrictEqual: equal, ok } = require('node:assert');
const { initBaseAuth } = require('@propelauth/node');
const { getApis } = require('@propelauth/node-apis');

const { Table, failure, named, refusedFields, statuses } = require('./table.cjs');

const authUrl = process.env.CONFORMANCE_AUTH_URL;
const apiKey = process.env.PROPELAUTH_API_KEY;

const NOBODY = 'e9d3520f-836e-403c-82c2-09843517e1ce'; // no user and no organization has this id
const NO_KEY = '0123456789abcdef0123456789abcdef';
const HOSTILE = `Zoë+O’B & 日本/?#=%25 "'\\`;
const SECRET = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
const HASH = '$2a$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW';

const t = new Table('@propelauth/node 2.1.36');

function totp(secret) {
    const bits = [...secret]
        .map((c) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0'))
        .join('');
    const key = Buffer.from(bits.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2)));
    const counter = Buffer.alloc(8);
    counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
    const digest = crypto.createHmac('sha1', key).update(counter).digest();
    const number = digest.readUInt32BE(digest[19] & 15) & 0x7fffffff;
    return String(number % 1_000_000).padStart(6, '0');
}

async function main() {
    const auth = initBaseAuth({ authUrl, apiKey });
    const api = getApis(new URL(authUrl), apiKey);
    const user = (id, includeOrgs) => auth.fetchUserMetadataByUserId(id, includeOrgs);

    let verifierKey = '';
    await t.case('fetch_token_verification_metadata', 'success', async () => {
        const metadata = await api.fetchTokenVerificationMetadata();
        verifierKey = metadata.verifierKey;
        ok(verifierKey.includes('BEGIN PUBLIC KEY'));
    });
    await t.case('fetch_token_verification_metadata', 'wrong key', async () => {
        const wrong = getApis(new URL(authUrl), 'wrong');
        const error = await failure(() => wrong.fetchTokenVerificationMetadata());
        ok(error.message.includes('incorrect'), error.message);
    });

    // Users: entering

    let [alice, bob, migrated, orgId] = [NOBODY, NOBODY, NOBODY, NOBODY];
    await t.case('create_user', 'every field', async () => {
        const created = await auth.createUser({
            email: 'zoë+tag@example.com',
            emailConfirmed: true,
            sendEmailToConfirmEmailAddress: false,
            password: 'p@ss wörd+& 1 long enough',
            askUserToUpdatePasswordOnLogin: true,
            ignoreDomainRestrictions: true,
            username: 'zoë',
            firstName: HOSTILE,
            lastName: 'O’B & Co',
            properties: { favoriteSport: 'value', number: 7 },
        });
        alice = created.userId;
        equal(alice.length, 36);
    });
    await t.case('create_user', 'as little as possible', async () => {
        bob = (await auth.createUser({ email: 'bob@example.com' })).userId;
    });
    await t.case('create_user', 'no address', async () => {
        const error = await failure(() => auth.createUser({ email: 'no address' }));
        named(error, 'CreateUserException');
        refusedFields(error, 'email');
    });
    await t.case('create_user', 'taken address', async () => {
        const error = await failure(() => auth.createUser({ email: 'BOB@example.com' }));
        named(error, 'CreateUserException');
        refusedFields(error, 'email');
    });
    await t.case('create_user', 'wrong key', async () => {
        const wrong = initBaseAuth({
            authUrl,
            apiKey: 'wrong',
            manualTokenVerificationMetadata: { verifierKey, issuer: authUrl },
        });
        const error = await failure(() => wrong.createUser({ email: 'eve@example.com' }));
        equal(error.message, 'integrationApiKey is incorrect');
    });
    await t.case('migrate_user_from_external_source', 'every field', async () => {
        const created = await auth.migrateUserFromExternalSource({
            email: 'old@example.com',
            emailConfirmed: true,
            existingUserId: '507f & 1+',
            existingPasswordHash: HASH,
            existingMfaBase32EncodedSecret: SECRET,
            askUserToUpdatePasswordOnLogin: false,
            enabled: true,
            firstName: 'Zoë',
            lastName: 'Old',
            username: 'old',
            pictureUrl: 'https://example.com/x.png',
            properties: { p: 'q' },
        });
        migrated = created.userId;
        equal((await user(migrated)).legacyUserId, '507f & 1+');
    });
    await t.case('migrate_user_from_external_source', 'taken address', async () => {
        const request = { email: 'bob@example.com', emailConfirmed: true };
        const error = await failure(() => auth.migrateUserFromExternalSource(request));
        named(error, 'MigrateUserException');
        refusedFields(error, 'email');
    });
    await t.case('migrate_user_password', 'success', async () => {
        // It returns the body instead of true: deviations.md.
        await auth.migrateUserPassword({ userId: bob, passwordHash: HASH });
        equal((await user(bob)).hasPassword, true);
    });

    // Users: reading

    await t.case('fetch_user_metadata_by_user_id', 'success', async () => {
        const found = await user(alice);
        equal(found.email, 'zoë+tag@example.com');
        equal([found.firstName, found.lastName], [HOSTILE, 'O’B & Co']);
        equal([found.username, found.emailConfirmed, found.hasPassword], ['zoë', true, true]);
        equal(found.properties, { favoriteSport: 'value', number: 7 });
        ok(Math.abs(found.createdAt - Date.now() / 1000) < 300, 'not in seconds');
    });
    await t.case('fetch_user_metadata_by_user_id', 'not found', async () => {
        equal(await user(NOBODY), null);
        equal(await user('no id'), null);
    });
    await t.case('fetch_user_metadata_by_email', 'success', async () => {
        const found = await auth.fetchUserMetadataByEmail('zoë+tag@example.com', true);
        equal([found.userId, found.orgIdToOrgInfo], [alice, {}]);
    });
    await t.case('fetch_user_metadata_by_email', 'not found', async () => {
        equal(await auth.fetchUserMetadataByEmail('nobody@example.com'), null);
    });
    await t.case('fetch_user_metadata_by_username', 'success', async () => {
        equal((await auth.fetchUserMetadataByUsername('zoë')).userId, alice);
    });
    await t.case('fetch_user_metadata_by_username', 'not found', async () => {
        equal(await auth.fetchUserMetadataByUsername(HOSTILE), null);
    });
    await t.case('fetch_batch_user_metadata_by_user_ids', 'one unknown', async () => {
        const users = await auth.fetchBatchUserMetadataByUserIds([alice, NOBODY, bob]);
        equal(Object.keys(users).sort(), [alice, bob].sort());
        equal(users[bob].email, 'bob@example.com');
    });
    await t.case('fetch_batch_user_metadata_by_emails', 'one unknown', async () => {
        const emails = ['bob@example.com', 'nobody@example.com'];
        const users = await auth.fetchBatchUserMetadataByEmails(emails);
        equal(Object.keys(users), ['bob@example.com']);
    });
    await t.case('fetch_batch_user_metadata_by_usernames', 'one unknown', async () => {
        const users = await auth.fetchBatchUserMetadataByUsernames(['zoë', HOSTILE], true);
        equal(Object.keys(users), ['zoë']);
        equal(users['zoë'].orgIdToOrgInfo, {});
    });
    await t.case('fetch_users_by_query', 'success', async () => {
        let page = await auth.fetchUsersByQuery({ pageSize: 2, orderBy: 'EMAIL' });
        equal(page.users.map((it) => it.email), ['bob@example.com', 'old@example.com']);
        equal([page.currentPage, page.pageSize, page.hasMoreResults], [0, 2, true]);
        equal(page.totalUsers, 3);
        page = await auth.fetchUsersByQuery({ pageSize: 2, pageNumber: 1, orderBy: 'EMAIL' });
        equal([page.users.map((it) => it.userId), page.hasMoreResults], [[alice], false]);
        page = await auth.fetchUsersByQuery({ emailOrUsername: 'bob', includeOrgs: true });
        equal(page.users.map((it) => it.userId), [bob]);
        page = await auth.fetchUsersByQuery({ legacyUserId: '507f & 1+' });
        equal(page.users.map((it) => it.userId), [migrated]);
    });
    await t.case('fetch_users_by_query', 'page too large', async () => {
        refusedFields(await failure(() => auth.fetchUsersByQuery({ pageSize: 101 })), 'page_size');
    });
    await t.case('fetch_user_signup_query_params', 'success', async () => {
        equal(await auth.fetchUserSignupQueryParams(bob), { userSignupQueryParameters: {} });
    });
    await t.case('fetch_user_signup_query_params', 'not found', async () => {
        equal(await auth.fetchUserSignupQueryParams(NOBODY), null);
    });
    await t.case('fetch_user_mfa_methods', 'TOTP', async () => {
        equal((await auth.fetchUserMfaMethods(migrated)).mfaSetup, { type: 'Totp' });
    });
    await t.case('fetch_user_mfa_methods', 'none', async () => {
        equal((await auth.fetchUserMfaMethods(bob)).mfaSetup, null);
    });
    await t.case('fetch_user_mfa_methods', 'not found', async () => {
        equal(await auth.fetchUserMfaMethods(NOBODY), null);
    });
    await t.case('fetch_user_oauth_tokens', 'none', async () => {
        const tokens = await auth.fetchUserOAuthTokens(bob);
        equal(Object.keys(tokens ?? {}), []);
    });
    await t.case('fetch_user_oauth_tokens', 'not found', async () => {
        equal(await auth.fetchUserOAuthTokens(NOBODY), null);
    });
    await t.case('fetch_fresh_token_from_provider', 'none', async () => {
        // It throws where its type says null: deviations.md.
        await failure(() => auth.fetchFreshTokenFromProvider(bob, 'google'));
        equal(statuses, [404]);
    });

    // Users: changes

    await t.case('update_user_email', 'success', async () => {
        const request = { newEmail: 'bob+2@example.com', requireEmailConfirmation: false };
        equal(await auth.updateUserEmail(bob, request), true);
        equal((await user(bob)).email, 'bob+2@example.com');
    });
    await t.case('update_user_email', 'no address', async () => {
        const request = { newEmail: 'no address', requireEmailConfirmation: false };
        const error = await failure(() => auth.updateUserEmail(bob, request));
        named(error, 'UpdateUserEmailException');
        refusedFields(error, 'new_email');
    });
    await t.case('update_user_email', 'not found', async () => {
        const request = { newEmail: 'x@example.com', requireEmailConfirmation: false };
        equal(await auth.updateUserEmail(NOBODY, request), false);
    });
    await t.case('update_user_metadata', 'every field', async () => {
        const done = await auth.updateUserMetadata(bob, {
            username: 'bób',
            firstName: 'Bób',
            lastName: HOSTILE,
            pictureUrl: 'https://example.com/bob.png?a=1&b=2',
            metadata: { k: { n: [1, 2] } },
            properties: { p: 'q' },
            updatePasswordRequired: true,
            legacyUserId: 'legacy & 1+',
        });
        equal(done, true);
        const found = await user(bob);
        equal([found.username, found.firstName, found.lastName], ['bób', 'Bób', HOSTILE]);
        equal([found.metadata, found.properties], [{ k: { n: [1, 2] } }, { p: 'q' }]);
        equal(found.pictureUrl, 'https://example.com/bob.png?a=1&b=2');
        equal(found.legacyUserId, 'legacy & 1+');
    });
    await t.case('update_user_metadata', 'taken username', async () => {
        const error = await failure(() => auth.updateUserMetadata(bob, { username: 'zoë' }));
        named(error, 'UpdateUserMetadataException');
        refusedFields(error, 'username');
    });
    await t.case('update_user_metadata', 'not found', async () => {
        equal(await auth.updateUserMetadata(NOBODY, { firstName: 'x' }), false);
    });
    await t.case('update_user_password', 'success', async () => {
        equal(await auth.updateUserPassword(bob, { password: 'a new pässword +&' }), true);
    });
    await t.case('update_user_password', 'not found', async () => {
        equal(await auth.updateUserPassword(NOBODY, { password: 'a new pässword +&' }), false);
    });
    await t.case('clear_user_password', 'success', async () => {
        equal(await auth.clearUserPassword(bob), true);
        equal((await user(bob)).hasPassword, false);
    });
    await t.case('clear_user_password', 'not found', async () => {
        // It throws where its siblings return false: deviations.md.
        await failure(() => auth.clearUserPassword(NOBODY));
        equal(statuses, [404]);
    });
    for (const [operation, method, field, value] of [
        ['disable_user', 'disableUser', 'enabled', false],
        ['enable_user', 'enableUser', 'enabled', true],
        ['enable_user_can_create_orgs', 'enableUserCanCreateOrgs', 'canCreateOrgs', true],
        ['disable_user_can_create_orgs', 'disableUserCanCreateOrgs', 'canCreateOrgs', false],
    ]) {
        await t.case(operation, 'success', async () => {
            equal(await auth[method](bob), true);
            equal((await user(bob))[field], value);
        });
        await t.case(operation, 'not found', async () => {
            equal(await auth[method](NOBODY), false);
        });
    }
    await t.case('logout_all_user_sessions', 'success', async () => {
        equal(await auth.logoutAllUserSessions(bob), true);
    });
    await t.case('logout_all_user_sessions', 'not found', async () => {
        equal(await auth.logoutAllUserSessions(NOBODY), false);
    });
    await t.case('resend_email_confirmation', 'success', async () => {
        const carol = await auth.createUser({ email: 'carol@example.com' });
        equal(await auth.resendEmailConfirmation(carol.userId), true);
    });
    await t.case('resend_email_confirmation', 'not found', async () => {
        equal(await auth.resendEmailConfirmation(NOBODY), false);
    });
    await t.case('create_magic_link', 'every field', async () => {
        const link = await auth.createMagicLink({
            email: 'new@example.com',
            redirectToUrl: 'https://app.example.com/r?x=1&y=ü',
            expiresInHours: 7,
            createNewUserIfOneDoesntExist: true,
            expiresAfterFirstUse: true,
            requiresInterstitial: true,
            userSignupQueryParameters: { 'utm & x': 'ü+1' },
        });
        ok(link.url.startsWith('http'), link.url);
    });
    await t.case('create_magic_link', 'for nobody', async () => {
        // By default, the link creates the user.
        const email = 'nobody@example.com';
        ok((await auth.createMagicLink({ email })).url.startsWith('http'));
        const request = { email, createNewUserIfOneDoesntExist: false };
        named(await failure(() => auth.createMagicLink(request)), 'MagicLinkCreationException');
    });
    await t.case('create_magic_link', 'no address', async () => {
        const error = await failure(() => auth.createMagicLink({ email: 'no address' }));
        named(error, 'MagicLinkCreationException');
        refusedFields(error, 'email');
    });

    // Organizations

    await t.case('create_org', 'every field', async () => {
        const org = await auth.createOrg({
            name: HOSTILE,
            domain: 'example.com',
            enableAutoJoiningByDomain: true,
            membersMustHaveMatchingDomain: false,
            maxUsers: 50,
            legacyOrgId: 'legacy & 1+',
        });
        orgId = org.orgId;
        equal(org.name, HOSTILE);
    });
    await t.case('create_org', 'no name', async () => {
        const error = await failure(() => auth.createOrg({ name: '' }));
        named(error, 'CreateOrgException');
        refusedFields(error, 'name');
    });
    await t.case('fetch_org', 'success', async () => {
        const org = await auth.fetchOrg(orgId);
        equal([org.orgId, org.name, org.maxUsers], [orgId, HOSTILE, 50]);
        equal([org.domain, org.domainAutojoin, org.domainRestrict], ['example.com', true, false]);
        equal(org.legacyOrgId, 'legacy & 1+');
    });
    await t.case('fetch_org', 'not found', async () => {
        equal(await auth.fetchOrg(NOBODY), null);
    });
    await t.case('update_org', 'every field', async () => {
        const done = await auth.updateOrg({
            orgId,
            name: 'Acme Inc',
            canSetupSaml: true,
            maxUsers: 60,
            metadata: { k: { n: [1] } },
            canJoinOnEmailDomainMatch: false,
            membersMustHaveEmailDomainMatch: false,
            domain: 'acme.example.com',
            legacyOrgId: 'legacy & 2+',
            require2faBy: '2031-01-02T03:04:05Z',
            extraDomains: ['a.example.com', 'b.example.com'],
            passwordRotationEnabled: true,
            passwordRotationHistorySize: 3,
            passwordRotationPeriod: 90,
        });
        equal(done, true);
        const org = await auth.fetchOrg(orgId);
        equal([org.name, org.maxUsers, org.canSetupSaml], ['Acme Inc', 60, true]);
        equal([org.metadata, org.domain], [{ k: { n: [1] } }, 'acme.example.com']);
        equal(org.extraDomains, ['a.example.com', 'b.example.com']);
        equal([org.legacyOrgId, org.domainAutojoin], ['legacy & 2+', false]);
        equal([org.passwordRotationEnabled, org.passwordRotationHistorySize], [true, 3]);
        equal(org.passwordRotationPeriod, 90);
    });
    await t.case('update_org', 'not found', async () => {
        equal(await auth.updateOrg({ orgId: NOBODY, name: 'x' }), false);
    });
    await t.case('fetch_orgs_by_query', 'success', async () => {
        await auth.createOrg({ name: 'Beta LLC' });
        let page = await auth.fetchOrgByQuery({ pageSize: 1, orderBy: 'NAME' });
        equal(page.orgs.map((it) => it.name), ['Acme Inc']);
        equal([page.totalOrgs, page.currentPage, page.pageSize], [2, 0, 1]);
        equal(page.hasMoreResults, true);
        page = await auth.fetchOrgByQuery({ name: 'beta' });
        equal(page.orgs.map((it) => it.name), ['Beta LLC']);
        page = await auth.fetchOrgByQuery({ legacyOrgId: 'legacy & 2+' });
        equal(page.orgs.map((it) => it.orgId), [orgId]);
        page = await auth.fetchOrgByQuery({ domain: 'acme.example.com' });
        equal(page.orgs.map((it) => it.orgId), [orgId]);
    });
    await t.case('fetch_custom_role_mappings', 'success', async () => {
        ok(Array.isArray((await auth.fetchCustomRoleMappings()).customRoleMappings));
    });
    await t.case('subscribe_org_to_role_mapping', 'unknown mapping', async () => {
        const error = await failure(() => auth.subscribeOrgToRoleMapping(orgId, 'no such plan'));
        named(error, 'UpdateOrgException');
        refusedFields(error, 'custom_role_mapping_name');
    });
    await t.case('add_user_to_org', 'success', async () => {
        equal(await auth.addUserToOrg({ userId: alice, orgId, role: 'Admin' }), true);
        const info = (await user(alice, true)).orgIdToOrgInfo[orgId];
        equal(info.assignedRole, 'Admin');
        equal(info.inheritedRolesPlusCurrentRole, ['Admin', 'Member']);
        equal(info.permissions, ['can_view_billing', 'can_pay']);
    });
    await t.case('add_user_to_org', 'unknown role', async () => {
        const request = { userId: bob, orgId, role: 'King' };
        const error = await failure(() => auth.addUserToOrg(request));
        named(error, 'AddUserToOrgException');
        refusedFields(error, 'role');
    });
    await t.case('add_user_to_org', 'not found', async () => {
        equal(await auth.addUserToOrg({ userId: NOBODY, orgId, role: 'Member' }), false);
    });
    await t.case('change_user_role_in_org', 'success', async () => {
        equal(await auth.addUserToOrg({ userId: bob, orgId, role: 'Admin' }), true);
        equal(await auth.changeUserRoleInOrg({ userId: bob, orgId, role: 'Member' }), true);
        equal((await user(bob, true)).orgIdToOrgInfo[orgId].assignedRole, 'Member');
    });
    await t.case('change_user_role_in_org', 'unknown role', async () => {
        const request = { userId: bob, orgId, role: 'King' };
        refusedFields(await failure(() => auth.changeUserRoleInOrg(request)), 'role');
    });
    await t.case('change_user_role_in_org', 'not found', async () => {
        equal(await auth.changeUserRoleInOrg({ userId: NOBODY, orgId, role: 'Member' }), false);
    });
    await t.case('fetch_users_in_org', 'success', async () => {
        let page = await auth.fetchUsersInOrg({ orgId, includeOrgs: true });
        equal(page.users.map((it) => it.userId).sort(), [alice, bob].sort());
        equal([page.totalUsers, page.hasMoreResults], [2, false]);
        page = await auth.fetchUsersInOrg({ orgId, role: 'Member' });
        equal(page.users.map((it) => [it.userId, it.roleInOrg]), [[bob, 'Member']]);
        equal(page.users[0].additionalRolesInOrg, []);
    });
    await t.case('remove_user_from_org', 'success', async () => {
        equal(await auth.removeUserFromOrg({ userId: bob, orgId }), true);
        equal((await user(bob, true)).orgIdToOrgInfo, {});
    });
    await t.case('remove_user_from_org', 'not found', async () => {
        equal(await auth.removeUserFromOrg({ userId: NOBODY, orgId }), false);
    });
    await t.case('invite_user_to_org', 'success', async () => {
        const request = { orgId, email: 'invited@example.com', role: 'Member' };
        equal(await auth.inviteUserToOrg(request), true);
    });
    await t.case('invite_user_to_org', 'no address', async () => {
        const request = { orgId, email: 'no address', role: 'Member' };
        refusedFields(await failure(() => auth.inviteUserToOrg(request)), 'email');
    });
    await t.case('invite_user_to_org_by_user_id', 'success', async () => {
        equal(await auth.inviteUserToOrgByUserId({ orgId, userId: bob, role: 'Admin' }), true);
    });
    await t.case('fetch_pending_invites', 'success', async () => {
        const page = await auth.fetchPendingInvites({ orgId });
        equal(page.totalInvites, 2);
        const invite = page.invites.find((it) => it.inviteeEmail === 'invited@example.com');
        equal([invite.orgId, invite.orgName, invite.roleInOrg], [orgId, 'Acme Inc', 'Member']);
        equal(invite.expiresAt - invite.createdAt, 5 * 24 * 60 * 60);
    });
    await t.case('revoke_pending_org_invite', 'success', async () => {
        const request = { orgId, inviteeEmail: 'invited@example.com' };
        equal(await auth.revokePendingOrgInvite(request), true);
        equal((await auth.fetchPendingInvites({ orgId })).totalInvites, 1);
    });
    await t.case('revoke_pending_org_invite', 'not found', async () => {
        const request = { orgId, inviteeEmail: 'nobody@example.com' };
        equal(await auth.revokePendingOrgInvite(request), false);
    });

    // Access tokens

    const token = async (request) => {
        const created = await auth.createAccessToken({ durationInMinutes: 10, ...request });
        return created.access_token;
    };
    await t.case('create_access_token', 'success', async () => {
        const header = `Bearer ${await token({ userId: alice })}`;
        const found = await auth.validateAccessTokenAndGetUser(header);
        equal([found.userId, found.email], [alice, 'zoë+tag@example.com']);
        equal(found.orgIdToOrgMemberInfo[orgId].assignedRole, 'Admin');
    });
    await t.case('create_access_token', 'active organization', async () => {
        const header = `Bearer ${await token({ userId: alice, activeOrgId: orgId })}`;
        equal((await auth.validateAccessTokenAndGetUser(header)).activeOrgId, orgId);
    });
    await t.case('create_access_token', 'not found', async () => {
        named(await failure(() => token({ userId: NOBODY })), 'UserNotFoundException');
    });
    await t.case('create_access_token', 'not a member', async () => {
        const other = await auth.createOrg({ name: 'Gamma' });
        const request = { userId: alice, activeOrgId: other.orgId };
        const error = await failure(() => token(request));
        named(error, 'AccessTokenCreationException');
        refusedFields(error, 'active_org_id');
    });
    await t.case('create_access_token', 'a changed token is refused', async () => {
        const [head, body, signature] = (await token({ userId: alice })).split('.');
        const changed = `Bearer ${head}.${body.slice(0, -4)}AAAA.${signature}`;
        const error = await failure(() => auth.validateAccessTokenAndGetUser(changed));
        named(error, 'UnauthorizedException');
    });

    // SAML, OIDC

    await t.case('disallow_org_to_setup_saml_connection', 'success', async () => {
        equal(await auth.disallowOrgToSetupSamlConnection(orgId), true);
        equal((await auth.fetchOrg(orgId)).canSetupSaml, false);
    });
    await t.case('disallow_org_to_setup_saml_connection', 'not found', async () => {
        equal(await auth.disallowOrgToSetupSamlConnection(NOBODY), false);
    });
    await t.case('allow_org_to_setup_saml_connection', 'success', async () => {
        equal(await auth.allowOrgToSetupSamlConnection(orgId), true);
        equal((await auth.fetchOrg(orgId)).canSetupSaml, true);
    });
    await t.case('allow_org_to_setup_saml_connection', 'not found', async () => {
        equal(await auth.allowOrgToSetupSamlConnection(NOBODY), false);
    });
    await t.case('create_org_saml_connection_link', 'success', async () => {
        ok((await auth.createOrgSamlConnectionLink(orgId, 3600)).url.startsWith('http'));
    });
    await t.case('create_org_saml_connection_link', 'not found', async () => {
        const error = await failure(() => auth.createOrgSamlConnectionLink(NOBODY));
        ok(error.message.includes('Org not found'), error.message);
    });
    await t.case('fetch_saml_sp_metadata', 'success', async () => {
        const metadata = await auth.fetchSamlSpMetadata(orgId);
        ok(metadata.entityId && metadata.acsUrl && metadata.logoutUrl);
    });
    await t.case('fetch_saml_sp_metadata', 'not found', async () => {
        await failure(() => auth.fetchSamlSpMetadata(NOBODY));
        equal(statuses, [404]);
    });
    const idp = (provider) => ({
        idpEntityId: 'https://idp.example.com',
        idpSsoUrl: 'https://idp.example.com/sso',
        idpCertificate: '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----',
        provider,
    });
    await t.case('set_saml_idp_metadata', 'success', async () => {
        equal(await auth.setSamlIdpMetadata(orgId, idp('Okta')), true);
    });
    await t.case('set_saml_idp_metadata', 'unknown provider', async () => {
        const error = await failure(() => auth.setSamlIdpMetadata(orgId, idp('Nobody')));
        named(error, 'UpdateOrgException');
        refusedFields(error, 'provider');
    });
    await t.case('saml_go_live', 'success', async () => {
        equal(await auth.samlGoLive(orgId), true);
        const org = await auth.fetchOrg(orgId);
        equal([org.isSamlConfigured, org.isSamlInTestMode], [true, false]);
    });
    await t.case('saml_go_live', 'not found', async () => {
        equal(await auth.samlGoLive(NOBODY), false);
    });
    await t.case('delete_saml_connection', 'success', async () => {
        equal(await auth.deleteSamlConnection(orgId), true);
        equal((await auth.fetchOrg(orgId)).isSamlConfigured, false);
    });
    await t.case('delete_saml_connection', 'not found', async () => {
        equal(await auth.deleteSamlConnection(NOBODY), false);
    });
    await t.case('set_oidc_idp_metadata', 'success', async () => {
        const request = {
            orgId,
            clientId: 'cl & id+',
            clientSecret: 's3cr€t',
            usesPkce: true,
            idpType: 'Generic',
            authUrl: 'https://idp.example.com/auth',
            tokenUrl: 'https://idp.example.com/token',
            userinfoUrl: 'https://idp.example.com/userinfo',
        };
        equal(await auth.setOidcIdpMetadata(request), true);
    });

    // End-user API keys

    let [keyId, keyToken] = [NO_KEY, NO_KEY.repeat(3)];
    await t.case('create_api_key', 'of a user', async () => {
        const key = await auth.createApiKey({
            userId: alice,
            expiresAtSeconds: Math.floor(Date.now() / 1000) + 3600,
            metadata: { k: [1, 'ü'] },
            displayName: HOSTILE,
        });
        [keyId, keyToken] = [key.apiKeyId, key.apiKeyToken];
        ok(/^[0-9a-f]{32}$/.test(keyId), keyId);
    });
    await t.case('create_api_key', 'unknown user', async () => {
        await failure(() => auth.createApiKey({ userId: NOBODY }));
        ok([400, 404].includes(statuses[0]), statuses.join());
    });
    await t.case('fetch_api_key', 'success', async () => {
        const key = await auth.fetchApiKey(keyId);
        equal([key.apiKeyId, key.userId, key.metadata], [keyId, alice, { k: [1, 'ü'] }]);
        equal(key.displayName, HOSTILE);
    });
    await t.case('fetch_api_key', 'unknown', async () => {
        // The reply is null, of which it makes an empty key: deviations.md.
        const key = await auth.fetchApiKey(NO_KEY);
        equal([key.apiKeyId ?? null, statuses], [null, [200]]);
    });
    await t.case('validate_api_key', 'success', async () => {
        const valid = await auth.validateApiKey(`Bearer ${keyToken}`);
        equal([valid.user.userId, valid.metadata], [alice, { k: [1, 'ü'] }]);
    });
    await t.case('validate_api_key', 'unknown', async () => {
        await failure(() => auth.validateApiKey(NO_KEY.repeat(3)));
        equal(statuses, [404]);
    });
    await t.case('validate_personal_api_key', 'success', async () => {
        equal((await auth.validatePersonalApiKey(keyToken)).user.userId, alice);
    });
    await t.case('validate_personal_api_key', 'unknown', async () => {
        await failure(() => auth.validatePersonalApiKey(NO_KEY.repeat(3)));
        equal(statuses, [404]);
    });
    await t.case('validate_org_api_key', 'success', async () => {
        const key = await auth.createApiKey({ orgId, userId: alice });
        const valid = await auth.validateOrgApiKey(key.apiKeyToken);
        equal([valid.org.orgId, valid.user.userId], [orgId, alice]);
        equal(valid.userInOrg.assignedRole, 'Admin');
    });
    await t.case('validate_org_api_key', 'a personal key', async () => {
        const error = await failure(() => auth.validateOrgApiKey(keyToken));
        named(error, 'ApiKeyValidateException');
    });
    await t.case('import_api_key', 'success', async () => {
        const imported = await auth.importApiKey({
            importedApiKey: 'legacy key & ü+/=',
            userId: alice,
            metadata: { k: 'v' },
            displayName: 'Legacy',
        });
        // Its type calls it api_key_id: deviations.md.
        ok(/^[0-9a-f]{32}$/.test(imported.apiKeyId), JSON.stringify(imported));
    });
    await t.case('validate_imported_api_key', 'success', async () => {
        const valid = await auth.validateImportedApiKey('bEaReR legacy key & ü+/=');
        equal([valid.user.userId, valid.metadata], [alice, { k: 'v' }]);
    });
    await t.case('validate_imported_api_key', 'unknown', async () => {
        await failure(() => auth.validateImportedApiKey('another legacy key'));
        equal(statuses, [404]);
    });
    await t.case('fetch_current_api_keys', 'success', async () => {
        const page = await auth.fetchCurrentApiKeys({ userId: alice, pageSize: 1 });
        equal([page.apiKeys.length, page.currentPage, page.pageSize], [1, 0, 1]);
        ok(page.totalApiKeys >= 2 && page.hasMoreResults);
    });
    await t.case('update_api_key', 'success', async () => {
        const request = { metadata: { new: true }, setToNeverExpire: true };
        equal(await auth.updateApiKey(keyId, request), true);
        const key = await auth.fetchApiKey(keyId);
        equal([key.metadata, key.expiresAtSeconds ?? null], [{ new: true }, null]);
    });
    await t.case('update_api_key', 'not found', async () => {
        await failure(() => auth.updateApiKey(NO_KEY, { metadata: { a: 1 } }));
        equal(statuses, [404]);
    });
    await t.case('fetch_api_key_usage', 'success', async () => {
        const date = new Date().toISOString().slice(0, 10);
        ok((await auth.fetchApiKeyUsage({ date, userId: alice })).count >= 0);
    });
    await t.case('delete_api_key', 'success', async () => {
        equal(await auth.deleteApiKey(keyId), true);
        await failure(() => auth.validateApiKey(keyToken));
    });
    await t.case('delete_api_key', 'not found', async () => {
        equal(await auth.deleteApiKey(NO_KEY), false);
    });
    await t.case('fetch_archived_api_keys', 'expired', async () => {
        const expiresAtSeconds = Math.floor(Date.now() / 1000) + 2;
        const { apiKeyId } = await auth.createApiKey({ userId: alice, expiresAtSeconds });
        await new Promise((resolve) => setTimeout(resolve, 2100));
        let page = await auth.fetchArchivedApiKeys({ userId: alice });
        ok(page.apiKeys.some((key) => key.apiKeyId === apiKeyId), JSON.stringify(page));
        page = await auth.fetchCurrentApiKeys({ userId: alice });
        ok(!page.apiKeys.some((key) => key.apiKeyId === apiKeyId), JSON.stringify(page));
    });

    // Step-up MFA

    const challenge = (userId, code) =>
        auth.verifyStepUpTotpChallenge({
            actionType: 'pay',
            userId,
            code,
            grantType: 'ONE_TIME_USE',
            validForSeconds: 60,
        });
    let grant = '0'.repeat(64);
    const isGranted = (it) =>
        auth.verifyStepUpGrant({ actionType: 'pay', userId: migrated, grant: it });
    await t.case('verify_step_up_totp_challenge', 'success', async () => {
        grant = (await challenge(migrated, totp(SECRET))).stepUpGrant;
        ok(grant);
    });
    await t.case('verify_step_up_totp_challenge', 'wrong code', async () => {
        const error = await failure(() => challenge(migrated, 'abcdef'));
        named(error, 'IncorrectMfaCodeException', 'InvalidRequestFieldsException');
    });
    await t.case('verify_step_up_totp_challenge', 'no MFA', async () => {
        named(await failure(() => challenge(bob, '000000')), 'MfaNotEnabledException');
    });
    await t.case('verify_step_up_totp_challenge', 'unknown user', async () => {
        named(await failure(() => challenge(NOBODY, '000000')), 'UserNotFoundException');
    });
    await t.case('verify_step_up_grant', 'once', async () => {
        equal(await isGranted(grant), { success: true });
        equal(await isGranted(grant), { success: false });
    });
    await t.case('verify_step_up_grant', 'unknown', async () => {
        equal(await isGranted('f'.repeat(64)), { success: false });
    });
    await t.case('send_sms_mfa_code', 'no phone', async () => {
        // It may return {success: false}, which is another method's: deviations.md.
        const request = {
            actionType: 'pay',
            userId: bob,
            mfaPhoneId: NOBODY,
            grantType: 'ONE_TIME_USE',
            validForSeconds: 60,
        };
        await auth.sendSmsMfaCode(request).catch(() => {});
        ok([400, 404].includes(statuses[0]), statuses.join());
    });
    await t.case('verify_sms_challenge', 'unknown challenge', async () => {
        const request = { challengeId: NOBODY, userId: bob, code: '000000' };
        await auth.verifySmsChallenge(request).catch(() => {});
        ok([400, 404].includes(statuses[0]), statuses.join());
    });
    await t.case('disable_user_2fa', 'success', async () => {
        equal(await auth.disableUser2fa(migrated), true);
        equal((await auth.fetchUserMfaMethods(migrated)).mfaSetup, null);
    });
    await t.case('disable_user_2fa', 'not found', async () => {
        equal(await auth.disableUser2fa(NOBODY), false);
    });

    // Employees, SCIM, reports

    await t.case('fetch_employee_by_id', 'not found', async () => {
        equal(await auth.fetchEmployeeById(NOBODY), null);
    });
    await t.case('fetch_org_scim_groups', 'none', async () => {
        const page = await auth.fetchOrgScimGroups({ orgId, pageSize: 5, pageNumber: 0 });
        equal([page.groups, page.pageNumber, page.pageSize, page.totalGroups], [[], 0, 5, 0]);
    });
    await t.case('fetch_org_scim_groups', 'not found', async () => {
        const error = await failure(() => auth.fetchOrgScimGroups({ orgId: NOBODY }));
        equal(error.message, 'Organization not found');
    });
    await t.case('fetch_scim_group', 'not found', async () => {
        await failure(() => auth.fetchScimGroup({ orgId, groupId: NOBODY }));
        equal(statuses, [404]);
    });
    for (const [operation, method, interval] of [
        ['fetch_user_top_inviter_report', 'fetchUserTopInviterReport', '60'],
        ['fetch_user_champion_report', 'fetchUserChampionReport', '90'],
        ['fetch_user_churn_report', 'fetchUserChurnReport', '14'],
        ['fetch_user_reengagement_report', 'fetchUserReengagementReport', 'Monthly'],
        ['fetch_org_churn_report', 'fetchOrgChurnReport', '7'],
        ['fetch_org_reengagement_report', 'fetchOrgReengagementReport', 'Weekly'],
        ['fetch_org_growth_report', 'fetchOrgGrowthReport', '30'],
        ['fetch_org_attrition_report', 'fetchOrgAttritionReport', '30'],
    ]) {
        await t.case(operation, 'success', async () => {
            const report = await auth[method](interval, { pageSize: 5, pageNumber: 0 });
            ok(Array.isArray(report.userReports ?? report.orgReports), JSON.stringify(report));
            equal([report.currentPage, report.pageSize], [0, 5]);
        });
    }
    await t.case('fetch_chart_metric_data', 'success', async () => {
        const from = new Date(Date.now() - 2 * 24 * 3600 * 1000);
        const chart = await auth.fetchChartMetricData('orgs_created', 'Daily', from, new Date());
        equal([chart.chartType, chart.cadence], ['OrgsCreated', 'Daily']);
        ok(chart.metrics.every((point) => Number.isInteger(point.result)));
    });

    // Leaving

    await t.case('delete_org', 'success', async () => {
        equal(await auth.deleteOrg(orgId), true);
        equal(await auth.fetchOrg(orgId), null);
    });
    await t.case('delete_org', 'not found', async () => {
        equal(await auth.deleteOrg(NOBODY), false);
    });
    await t.case('delete_user', 'success', async () => {
        equal(await auth.deleteUser(bob), true);
        equal(await user(bob), null);
    });
    await t.case('delete_user', 'not found', async () => {
        equal(await auth.deleteUser(NOBODY), false);
    });

    const operations = fs.readFileSync(path.join(__dirname, '..', 'operations.txt'), 'utf8');
    t.finish(operations.trim().split('\n'));
}

main();
