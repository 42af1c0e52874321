// `@propelauth/frontend-apis` called through a page, and which answers of each call were seen.
import assert from 'node:assert/strict';
import { appendFileSync, readFileSync } from 'node:fs';
import { createHmac } from 'node:crypto';
import { join } from 'node:path';
import { PASSWORD, folder, newProfile, startApp, startBrowser, startEmulator } from './world.mjs';

/** Returns the calls of the package, each with its error codes and the handler that each code is for. */
export function readCalls() {
    const source = readFileSync(join(folder, 'node_modules/@propelauth/frontend-apis/dist/index.mjs'), 'utf8');
    const calls = new Map();
    for (const [, name, body] of source.matchAll(/^var (\w+) = \(authUrl\) => (.*?)^\}\);/gms)) {
        const cases = body.matchAll(/case "(\w+)"[^\n]*\n\s*return getVisitorOrUndefined\(visitor\.(\w+)/g);
        calls.set(name, new Map([...cases].map(([, code, handler]) => [code, handler])));
    }
    return calls;
}
export const CALLS = readCalls();

function saw(name, outcome) {
    const file = process.env.FRONTEND_APIS_SEEN;
    if (file) appendFileSync(file, `${name} ${outcome}\n`);
}

/** Calls a function of the package in a page, and lets the package find the handler for the answer. */
async function call(page, name, args) {
    return page.evaluate(async ([to, values]) => {
        const response = await window.client[to](...values);
        const handled = [];
        const visitor = new Proxy({}, { get: (_, handler) => () => { handled.push(handler); } });
        // After a success, this one leaves the page.
        if (to === 'loginViaSamlForOrg' && response.ok) return { ...response, handle: undefined };
        await response.handle(visitor);
        return { ...response, handle: undefined, handled };
    }, [name, args]);
}

/** Calls a function that has to succeed, and returns its data. */
export async function ok(page, name, ...args) {
    const response = await call(page, name, args);
    assert.ok(response.ok, `${name}(${JSON.stringify(args)}): ${JSON.stringify(response.error)}`);
    saw(name, 'ok');
    return response.data;
}

/** Calls a function that has to be refused with a code, and returns the error. */
export async function refused(page, code, name, ...args) {
    const { ok: isOk, error, handled } = await call(page, name, args);
    const what = `${name}(${JSON.stringify(args)})`;
    assert.ok(!isOk, `${what} succeeded, and had to be refused with ${code}`);
    assert.equal(error.error_code, code, what);
    assert.deepEqual(handled, [CALLS.get(name).get(code)], `${what}: the handler of ${code}`);
    if (code === 'invalid_request_fields' && error.field_errors) {
        assert.deepEqual(Object.keys(error.user_facing_errors), Object.keys(error.field_errors), what);
    }
    saw(name, code);
    return error;
}

/** Calls a function until it is refused with another code than `earlier`, which has to be `code`. */
export async function refusedInTheEnd(page, code, earlier, name, ...args) {
    for (let attempt = 0; attempt < 30; attempt += 1) {
        const { ok: isOk, error } = await call(page, name, args);
        const found = isOk ? 'ok' : error.error_code;
        if (found !== earlier) {
            assert.equal(found, code, `${name}, after ${attempt} times ${earlier}`);
            saw(name, code);
            return;
        }
    }
    assert.fail(`${name} was never refused with ${code}`);
}

/** Arguments with which each call could succeed. */
export const ARGUMENTS = {
    createOrgApiKey: ({ acme }) => [acme, 'OneMonth', 'a key'],
    createPersonalApiKey: () => ['Never'],
    deleteApiKey: () => ['0123456789abcdef0123456789abcdef'],
    fetchOrgApiKeys: ({ acme }) => [{ org_id: acme }],
    fetchPersonalApiKeys: () => [{}],
    updateApiKey: () => [{ api_key_id: '0123456789abcdef0123456789abcdef', display_name: 'another name' }],
    createOrg: () => [{ name: 'Hooli' }],
    deleteAccount: () => [],
    deleteOrg: ({ acme }) => [acme],
    fetchOrgSettings: ({ acme }) => [acme],
    inviteUserToOrg: ({ acme }) => [{ org_id: acme, email: 'dave@example.com', role: 'Member' }],
    joinOrg: ({ acme }) => [acme],
    emailPasswordLogin: () => [{ email: 'alice@example.com', password: PASSWORD }],
    fetchLoginState: () => [],
    sendForgotPasswordEmail: () => [{ email: 'alice@example.com' }],
    verifyMfaForLogin: () => [{ code: '123456' }],
    verifyMfaBackupCodeForLogin: () => [{ code: 'ABCDEFGH' }],
    passwordlessLogin: () => [{ email: 'alice@example.com', create_if_doesnt_exist: true }],
    resendEmailConfirmation: () => [],
    loginViaSamlForOrg: () => [{ domain: 'example.com' }],
    disableMfa: () => [],
    enableMfa: () => [{ code: '123456' }],
    fetchMfaStatusWithNewSecret: () => [],
    fetchExpiredOrgInvites: ({ acme }) => [acme, {}],
    fetchJoinableOrgs: () => [],
    fetchOrgMembers: ({ acme }) => [acme, {}],
    fetchPendingOrgInvites: ({ acme }) => [acme, {}],
    removeUserFromOrg: ({ acme, bob }) => [{ org_id: acme, user_id: bob }],
    revokeUserOrgInvitation: ({ acme }) => [{ org_id: acme, email: 'dave@example.com' }],
    signup: () => [{ email: 'eve@example.com', password: PASSWORD }],
    updateEmail: () => [{ new_email: 'alicia@example.com', password: PASSWORD }],
    updateOrgSettings: ({ acme }) => [{ org_id: acme, name: 'Acme Corporation' }],
    updatePassword: () => [{ current_password: PASSWORD, password: `${PASSWORD} again` }],
    updateUserMetadata: () => [{ first_name: 'Alicia' }],
    updateUserRoleInOrg: ({ acme, bob }) => [{ org_id: acme, user_id: bob, role: 'Admin' }],
};

/**
 * Starts what a judge of these calls needs. `judge.visit()` is a page of a new browser profile, and `judge.as(email)`
 * one where that user is logged in. `judge.inProject(settings, run)` does something in a project of its own.
 */
export async function startJudge(project) {
    const browser = await startBrowser();
    const judge = await startIn(browser, project).catch(async (error) => {
        await browser.close();
        throw error;
    });
    const inProject = async (settings, run) => {
        const other = await startIn(browser, settings);
        try {
            await run(other, await other.visit());
        } finally {
            await other.stop();
        }
    };
    const stop = async () => {
        await browser.close();
        await judge.stop();
    };
    return { ...judge, inProject, stop };
}

async function startIn(browser, project) {
    const emulator = await startEmulator(project);
    const app = await startApp(emulator);
    const visit = async () => {
        const page = await (await newProfile(browser)).newPage();
        await page.goto(`${app.url}/frontend-apis.html`);
        return page;
    };
    const as = async (email, password = PASSWORD) => {
        const page = await visit();
        await ok(page, 'emailPasswordLogin', { email, password });
        return page;
    };
    /** Creates a user whose address is confirmed, unless `more` says otherwise. */
    const createUser = async (name, more = {}) => {
        const email = name.includes('@') ? name : `${name}@example.com`;
        const { user_id: id } = await emulator.backend('POST', 'user/', {
            email, password: PASSWORD, email_confirmed: true, send_email_to_confirm_email_address: false, ...more,
        });
        return { id, email };
    };
    const stop = async () => {
        await app.stop();
        await emulator.stop();
    };
    return { emulator, app, visit, as, createUser, stop };
}

/** The names of the fields that a refusal names. */
export const fields = (error) => Object.keys(error.field_errors ?? {}).sort();

/** Returns the code that an authenticator app shows for a secret, by RFC 6238. */
export function totp(secret, seconds = Date.now() / 1000) {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
    const bits = [...secret.replace(/[=\s]/g, '')].map((it) => alphabet.indexOf(it).toString(2).padStart(5, '0')).join('');
    const key = Buffer.from(bits.match(/.{8}/g).map((it) => parseInt(it, 2)));
    const counter = Buffer.alloc(8);
    counter.writeBigUInt64BE(BigInt(Math.floor(seconds / 30)));
    const hash = createHmac('sha1', key).update(counter).digest();
    const number = hash.readUInt32BE(hash.at(-1) & 15) & 0x7fffffff;
    return String(number % 1_000_000).padStart(6, '0');
}
