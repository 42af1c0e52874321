'use strict';
// A server on Express that verifies the emulator's tokens with the official Node SDK, asked over
// HTTP.

const { deepStrictEqual: equal } = require('node:assert');
const express = require('express');
const { initBaseAuth } = require('@propelauth/node');

const { Table } = require('./table.cjs');

const auth = initBaseAuth({
    authUrl: process.env.CONFORMANCE_AUTH_URL,
    apiKey: process.env.PROPELAUTH_API_KEY,
});
const t = new Table('@propelauth/node 2.1.36 on Express');

const validators = {
    User: (header) => auth.validateAccessTokenAndGetUser(header).then((user) => ({ user })),
    UserWithOrgInfo: (header, org) =>
        auth.validateAccessTokenAndGetUserWithOrgInfo(header, org),
    UserWithOrgInfoWithExactRole: (header, org) =>
        auth.validateAccessTokenAndGetUserWithOrgInfoWithExactRole(header, org, 'Admin'),
    UserWithOrgInfoWithMinimumRole: (header, org) =>
        auth.validateAccessTokenAndGetUserWithOrgInfoWithMinimumRole(header, org, 'Admin'),
    UserWithOrgInfoWithPermission: (header, org) =>
        auth.validateAccessTokenAndGetUserWithOrgInfoWithPermission(header, org, 'can_view_billing'),
    UserWithOrgInfoWithAllPermissions: (header, org) =>
        auth.validateAccessTokenAndGetUserWithOrgInfoWithAllPermissions(header, org, [
            'can_view_billing',
            'can_pay',
        ]),
};

const app = express();
app.get('/:validator/:orgId', async (request, response) => {
    const { validator, orgId } = request.params;
    try {
        const header = request.headers.authorization;
        const { user, orgMemberInfo } = await validators[validator](header, { orgId });
        response.json({ email: user.email, role: orgMemberInfo?.assignedRole });
    } catch (error) {
        response.status(error.status ?? 500).send(error.message);
    }
});

async function main(server) {
    const acme = (await auth.createOrg({ name: 'Acme Inc' })).orgId;
    const tokens = {};
    for (const role of ['Owner', 'Admin', 'Member', 'stranger']) {
        const email = `express-${role.toLowerCase()}@example.com`;
        const { userId } = await auth.createUser({ email });
        const token = async (activeOrgId) => {
            const request = { userId, durationInMinutes: 10, activeOrgId };
            return (await auth.createAccessToken(request)).access_token;
        };
        if (role !== 'stranger') {
            await auth.addUserToOrg({ userId, orgId: acme, role });
            tokens[`${role}, active`] = await token(acme);
        }
        tokens[role] = await token();
    }
    tokens.forged = `${tokens.Admin.slice(0, -8)}AAAAAAAA`;

    const ask = (validator, who) => {
        const url = `http://127.0.0.1:${server.address().port}/${validator}/${acme}`;
        const headers = who ? { authorization: `Bearer ${tokens[who]}` } : {};
        return fetch(url, { headers });
    };
    const everybody = ['Owner', 'Admin', 'Member'];
    for (const [validator, allowed] of [
        ['User', [...everybody, 'stranger']],
        ['UserWithOrgInfo', everybody],
        ['UserWithOrgInfoWithExactRole', ['Admin']],
        ['UserWithOrgInfoWithMinimumRole', ['Owner', 'Admin']],
        ['UserWithOrgInfoWithPermission', ['Owner', 'Admin']],
        ['UserWithOrgInfoWithAllPermissions', ['Admin']],
    ]) {
        for (const who of [...Object.keys(tokens), undefined]) {
            await t.case(`validateAccessTokenAndGet${validator}`, who ?? 'no token', async () => {
                const response = await ask(validator, who);
                const role = who?.split(',')[0];
                const isKnown = who !== undefined && who !== 'forged';
                const status = !isKnown ? 401 : allowed.includes(role) ? 200 : 403;
                equal(response.status, status, await response.clone().text());
                if (status === 200) {
                    const { email, role: told } = await response.json();
                    equal(email, `express-${role.toLowerCase()}@example.com`);
                    equal(told, validator === 'User' ? undefined : role);
                }
            });
        }
    }
    t.finish();
    server.close();
}

const server = app.listen(0, '127.0.0.1', () => main(server));
