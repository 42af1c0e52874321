'use strict';
// A server that verifies the emulator's webhooks with Svix's own library, while the official SDK changes
// users and organizations.

const { deepStrictEqual: equal, ok, throws } = require('node:assert');
const fs = require('node:fs');
const http = require('node:http');
const path = require('node:path');
const { initBaseAuth } = require('@propelauth/node');
const { Webhook } = require('svix');

const { Table } = require('./table.cjs');

const auth = initBaseAuth({
    authUrl: process.env.CONFORMANCE_AUTH_URL,
    apiKey: process.env.PROPELAUTH_API_KEY,
});
const t = new Table('svix 2.5.0');

/** Verifies a message and returns its event. */
function verified(secret, { body, headers }) {
    new Webhook(secret).verify(body, headers); // throws if it is not right
    return JSON.parse(body);
}

// What came, and the statuses to answer with. Without one, 204.
const received = [];
const answers = [];

const server = http.createServer((request, response) => {
    let body = '';
    request.on('data', (part) => (body += part));
    request.on('end', () => {
        received.push({ body, headers: request.headers });
        response.statusCode = answers.shift() ?? 204;
        response.end();
    });
});

/** Sends a request for the emulator itself. */
async function control(method, path, body) {
    const url = `${process.env.CONFORMANCE_EMULATOR_URL}/propelauth-dev/${path}`;
    const response = await fetch(url, { method, body: body && JSON.stringify(body) });
    ok(response.ok, `${path}: ${response.status}`);
    return response.json();
}

/** Returns and forgets this number of messages, once they are there. */
async function take(count) {
    for (let waited = 0; received.length < count; waited += 10) {
        ok(waited < 10000, `${received.length} of ${count} messages came`);
        await new Promise((resolve) => setTimeout(resolve, 10));
    }
    return received.splice(0);
}

/** Compares the vectors with which the crate's own verification is tested. It is stricter than Svix in other things. */
function judgeVectors() {
    const vectors = JSON.parse(fs.readFileSync(path.join(__dirname, '../../tests/vectors/webhooks.json')));
    ok(vectors.length > 100);
    const { now } = Date;
    for (const { id, secrets, now: at, headers, body, expect } of vectors) {
        const verify = () =>
            secrets.some((secret) => {
                try {
                    new Webhook(secret).verify(body, Object.fromEntries(headers));
                    return true;
                } catch {
                    return false;
                }
            });
        Date.now = () => at * 1000;
        if (expect === 204) ok(verify(), id);
        if (/^w(04|05|06|07)-/.test(id)) equal(verify(), expect === 204, id);
        Date.now = now;
    }
}

async function main() {
    const url = `http://127.0.0.1:${server.address().port}/hook`;
    const { id, secret } = await control('POST', 'webhooks', { url });

    await t.case('createUser', 'is verified', async () => {
        const { userId } = await auth.createUser({ email: 'webhook@example.com' });
        const [message] = await take(1);
        const event = verified(secret, message);
        equal([event.event_type, event.user_id], ['user.created', userId]);
    });

    await t.case('createOrg', 'with another body, secret or id is not verified', async () => {
        await auth.createOrg({ name: 'Webhook Inc' });
        const [message] = await take(1);
        equal(verified(secret, message).event_type, 'org.created');
        const { body, headers } = message;
        const webhook = new Webhook(secret);
        throws(() => webhook.verify(`${body} `, headers));
        throws(() => webhook.verify(body, { ...headers, 'svix-id': 'msg_other' }));
        const other = new Webhook('whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD');
        throws(() => other.verify(body, headers));
    });

    await t.case('createOrg', 'is sent again with its id and another signature', async () => {
        answers.push(500);
        await auth.createOrg({ name: 'Again Inc' });
        const [first] = await take(1);
        await control('POST', 'clock/advance', { seconds: 5 });
        const [second] = await take(1);
        equal(second.headers['svix-id'], first.headers['svix-id']);
        ok(second.headers['svix-signature'] !== first.headers['svix-signature']);
        equal(verified(secret, second).name, 'Again Inc');
        await control('POST', 'clock/resume');
    });

    await t.case('createOrg', 'with the headers of Standard Webhooks and another secret', async () => {
        await control('DELETE', `webhooks/${id}`);
        const own = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD';
        await control('POST', 'webhooks', { url, secret: own, standard_headers: true });
        await auth.createOrg({ name: 'Standard Inc' });
        const [message] = await take(1);
        equal(message.headers['svix-id'], undefined);
        equal(verified(own, message).name, 'Standard Inc');
    });

    await t.case('verify', 'what the vectors of the crate say is accepted, and no forged signature', judgeVectors);
}

server.listen(0, '127.0.0.1', () => {
    main().finally(() => {
        server.close();
        t.finish();
    });
});
