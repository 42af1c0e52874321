'use strict';
// The operations of @propelauth/node whose success needs what no operation sets up: against an
// emulator that was started with the snapshot of ../state.py, and with the preload.

const crypto = require('node:crypto');
const { deepStrictEqual: equal, notStrictEqual: notEqual, ok } = require('node:assert');
const { initBaseAuth } = require('@propelauth/node');

const { Table, failure, statuses } = require('./table.cjs');

const authUrl = process.env.CONFORMANCE_AUTH_URL;
const apiKey = process.env.PROPELAUTH_API_KEY;

// As in ../state.py.
const ALICE = 'a11ce000-0000-4000-8000-000000000001';
const BOB = 'b0b00000-0000-4000-8000-000000000002';
const CAROL = 'ca201000-0000-4000-8000-000000000003';
const ACME = 'acce0000-0000-4000-8000-000000000001';
const GLOBEX = '910be000-0000-4000-8000-000000000002';
const EMPLOYEE = 'e3910000-0000-4000-8000-000000000001';
const ENGINEERS = '59000000-0000-4000-8000-000000000001';
const PHONE = 'f0e00000-0000-4000-8000-000000000001';
const KEY = Buffer.from('Hello!\xde\xad\xbe\xefHello!\xde\xad\xbe\xef', 'latin1'); // its secret, read

const t = new Table('@propelauth/node 2.1.36, from a snapshot');

/** What was sent to phones, which the SDK has no method for. */
async function sms() {
    const response = await fetch(`${process.env.CONFORMANCE_EMULATOR_URL}/propelauth-dev/sms`, {
        headers: { Authorization: `Bearer ${apiKey}` },
    });
    statuses.pop(); // it is not the SDK's
    return response.json();
}

function totp() {
    const counter = Buffer.alloc(8);
    counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
    const digest = crypto.createHmac('sha1', KEY).update(counter).digest();
    const number = digest.readUInt32BE(digest[19] & 15) & 0x7fffffff;
    return String(number % 1_000_000).padStart(6, '0');
}

async function main() {
    const auth = initBaseAuth({ authUrl, apiKey });
    const user = (id, includeOrgs) => auth.fetchUserMetadataByUserId(id, includeOrgs);

    await t.case('fetch_user_signup_query_params', 'some', async () => {
        const params = await auth.fetchUserSignupQueryParams(ALICE);
        equal(Object.values(params.userSignupQueryParameters), ['ü+1']);
    });

    // Tokens of other providers

    await t.case('fetch_user_oauth_tokens', 'success', async () => {
        const tokens = await auth.fetchUserOAuthTokens(ALICE);
        equal(Object.keys(tokens).sort(), ['github', 'google']);
        const { tokenExpiration, ...google } = tokens.google;
        equal(google, {
            accessToken: 'google access',
            refreshToken: 'google refresh',
            tokenProvider: 'google',
            authorizedScopes: ['openid', 'email'],
        });
        ok(tokenExpiration > Date.now() / 1000);
    });
    await t.case('fetch_fresh_token_from_provider', 'success', async () => {
        const token = await auth.fetchFreshTokenFromProvider(ALICE, 'google');
        equal([token.accessToken, token.tokenProvider], ['google access', 'google']);
    });
    await t.case('fetch_fresh_token_from_provider', 'expired', async () => {
        const token = await auth.fetchFreshTokenFromProvider(ALICE, 'github');
        notEqual(token.accessToken, 'github access');
        ok(token.tokenExpiration > Date.now() / 1000);
        equal((await auth.fetchUserOAuthTokens(ALICE)).github, token);
    });
    await t.case('fetch_fresh_token_from_provider', 'another provider', async () => {
        // It throws where its type says null: deviations.md.
        await failure(() => auth.fetchFreshTokenFromProvider(ALICE, 'slack'));
        equal(statuses, [404]);
    });

    // Second factors

    const isGranted = async (actionType, userId, grant) =>
        (await auth.verifyStepUpGrant({ actionType, userId, grant })).success;
    const send = (userId) =>
        auth.sendSmsMfaCode({
            actionType: 'pay & go',
            userId,
            mfaPhoneId: PHONE,
            grantType: 'ONE_TIME_USE',
            validForSeconds: 60,
        });
    let [challengeId, code] = ['', ''];
    const verify = (it) => auth.verifySmsChallenge({ challengeId, userId: ALICE, code: it });
    await t.case('fetch_user_mfa_methods', 'phone', async () => {
        equal((await auth.fetchUserMfaMethods(ALICE)).mfaSetup, {
            type: 'Phone',
            phoneNumbers: [{ mfaPhoneId: PHONE, mfaPhoneNumberSuffix: '1234' }],
        });
    });
    await t.case('send_sms_mfa_code', 'success', async () => {
        ({ challengeId } = await send(ALICE));
        const sent = await sms();
        equal(sent.map((it) => [it.to, it.user_id]), [['+1 555 010 1234', ALICE]]);
        code = sent[0].code;
    });
    await t.case('send_sms_mfa_code', "another user's phone", async () => {
        await failure(() => send(CAROL));
        equal([[...statuses], (await sms()).length], [[400], 1]);
    });
    await t.case('verify_sms_challenge', 'wrong code', async () => {
        const wrong = String((Number(code) + 1) % 1_000_000).padStart(6, '0');
        await failure(() => verify(wrong));
        equal(statuses, [400]);
    });
    await t.case('verify_sms_challenge', 'success', async () => {
        const { stepUpGrant } = await verify(code);
        equal(await isGranted('another', ALICE, stepUpGrant), false);
        equal(await isGranted('pay & go', ALICE, stepUpGrant), true);
        equal(await isGranted('pay & go', ALICE, stepUpGrant), false);
    });
    await t.case('verify_sms_challenge', 'used', async () => {
        await failure(() => verify(code));
        equal(statuses, [400]);
    });
    await t.case('verify_step_up_totp_challenge', 'success', async () => {
        const request = {
            actionType: 'pay',
            userId: BOB,
            code: totp(),
            grantType: 'TIME_BASED',
            validForSeconds: 60,
        };
        const { stepUpGrant } = await auth.verifyStepUpTotpChallenge(request);
        equal(await isGranted('pay', BOB, stepUpGrant), true);
        equal(await isGranted('pay', BOB, stepUpGrant), true);
        await failure(() => auth.verifyStepUpTotpChallenge(request));
    });

    // Employees and SCIM

    await t.case('fetch_employee_by_id', 'success', async () => {
        equal(await auth.fetchEmployeeById(EMPLOYEE), { email: 'team@example.com' });
    });
    await t.case('fetch_org_scim_groups', 'success', async () => {
        let page = await auth.fetchOrgScimGroups({ orgId: ACME, pageSize: 1 });
        equal([page.groups.length, page.totalGroups], [1, 2]);
        const group = page.groups[0];
        equal([group.groupId, group.displayName], [ENGINEERS, 'Engineers & 日本']);
        equal(group.externalIdFromIdp, '00g/1');
        page = await auth.fetchOrgScimGroups({ orgId: ACME, pageSize: 1, pageNumber: 1 });
        equal(page.groups.map((it) => it.displayName), ['Owners']);
    });
    await t.case('fetch_org_scim_groups', 'of a user', async () => {
        const page = await auth.fetchOrgScimGroups({ orgId: ACME, userId: BOB });
        equal(page.groups.map((it) => it.groupId), [ENGINEERS]);
    });
    await t.case('fetch_scim_group', 'success', async () => {
        const request = { orgId: ACME, groupId: ENGINEERS };
        let group = await auth.fetchScimGroup(request);
        equal([group.groupId, group.displayName], [ENGINEERS, 'Engineers & 日本']);
        equal(group.members, [{ userId: BOB }, { userId: ALICE }]); // by creation
        group = await auth.fetchScimGroup({ ...request, membersPageSize: 1, membersPageNumber: 1 });
        equal(group.members, [{ userId: ALICE }]);
    });
    await t.case('fetch_scim_group', 'of another organization', async () => {
        await failure(() => auth.fetchScimGroup({ orgId: GLOBEX, groupId: ENGINEERS }));
        equal(statuses, [404]);
    });

    // Role mappings

    const mappings = async () =>
        (await auth.fetchCustomRoleMappings()).customRoleMappings.map((it) => [
            it.customRoleMappingName,
            it.numOrgsSubscribed,
        ]);
    await t.case('fetch_custom_role_mappings', 'one', async () => {
        equal(await mappings(), [['Paid & Plan', 0]]);
    });
    await t.case('subscribe_org_to_role_mapping', 'success', async () => {
        equal(await auth.subscribeOrgToRoleMapping(ACME, 'Paid & Plan'), true);
        equal((await auth.fetchOrg(ACME)).customRoleMappingName, 'Paid & Plan');
        equal(await mappings(), [['Paid & Plan', 1]]);
        const info = (await user(ALICE, true)).orgIdToOrgInfo[ACME];
        equal([info.permissions, info.inheritedRolesPlusCurrentRole], [['can_export'], ['Owner', 'Member']]);
    });

    // Reports and charts

    for (const [operation, method, interval, expected] of [
        ['fetch_user_top_inviter_report', 'fetchUserTopInviterReport', '60',
            [[ALICE, { numInvites: 3 }], [BOB, { numInvites: 1 }]]],
        ['fetch_user_champion_report', 'fetchUserChampionReport', '90',
            [[ALICE, { daysActive: 3 }], [BOB, { daysActive: 2 }]]],
        ['fetch_user_churn_report', 'fetchUserChurnReport', '14', [[CAROL, { daysInactive: 100 }]]],
        ['fetch_user_reengagement_report', 'fetchUserReengagementReport', 'Monthly',
            [[BOB, { daysInactive: 48 }]]],
        ['fetch_org_churn_report', 'fetchOrgChurnReport', '7', [[GLOBEX, { daysInactive: 100 }]]],
        ['fetch_org_reengagement_report', 'fetchOrgReengagementReport', 'Weekly',
            [[ACME, { daysInactive: 47 }]]],
        ['fetch_org_growth_report', 'fetchOrgGrowthReport', '30',
            [[ACME, { numUsersGained: 1, growthRate: 1 }]]],
        ['fetch_org_attrition_report', 'fetchOrgAttritionReport', '30',
            [[GLOBEX, { numUsersLost: 1, attritionRate: 0.5 }]]],
    ]) {
        await t.case(operation, 'rows', async () => {
            const report = await auth[method](interval);
            const rows = report.userReports ?? report.orgReports;
            equal(rows.map((it) => [it.userId ?? it.orgId, it.extraProperties]), expected);
            equal([report.totalCount, report.hasMoreResults], [expected.length, false]);
            const row = rows[0];
            if (row.userId) {
                const found = await user(row.userId);
                equal([row.email, row.firstName], [found.email, found.firstName]);
                equal([row.userCreatedAt, row.lastActiveAt], [found.createdAt, found.lastActiveAt]);
                equal(row.orgData.length, 1);
            } else {
                equal([row.name, row.numUsers], row.orgId === ACME ? ['Acme', 2] : ['Globex', 1]);
            }
        });
    }
    await t.case('fetch_user_top_inviter_report', 'pages', async () => {
        for (const [pageNumber, userId] of [ALICE, BOB].entries()) {
            const report = await auth.fetchUserTopInviterReport('30', { pageSize: 1, pageNumber });
            equal([report.userReports.map((it) => it.userId)], [[userId]]);
            equal(report.hasMoreResults, userId === ALICE);
        }
    });
    const chart = async (metric, seconds) => {
        const [before, day] = [seconds - 24 * 3600, seconds].map((it) => new Date(it * 1000));
        const { metrics } = await auth.fetchChartMetricData(metric, 'Daily', before, day);
        equal(metrics.map((it) => it.date), [before, day].map((it) => it.toISOString().slice(0, 10)));
        ok(metrics.every((it) => it.cadenceCompleted));
        return metrics.map((it) => it.result);
    };
    await t.case('fetch_chart_metric_data', 'signups, orgs created', async () => {
        const { createdAt } = await user(ALICE);
        equal(await chart('signups', createdAt), [1, 1]);
        equal(await chart('signups', createdAt + 24 * 3600), [1, 0]);
        equal(await chart('orgs_created', createdAt), [1, 1]);
    });
    await t.case('fetch_chart_metric_data', 'active users and orgs', async () => {
        equal(await chart('active_users', (await user(CAROL)).lastActiveAt), [0, 1]);
        const { lastActiveAt } = await user(BOB);
        equal(await chart('active_users', lastActiveAt), [1, 2]);
        equal(await chart('active_orgs', lastActiveAt), [1, 1]);
    });
    await t.case('fetch_chart_metric_data', 'end before start', async () => {
        const [day, before] = [new Date('2026-01-01T00:00:00Z'), new Date('2025-12-31T00:00:00Z')];
        await failure(() => auth.fetchChartMetricData('signups', 'Daily', day, before));
        equal(statuses, [400]);
    });

    t.finish();
}

main();
