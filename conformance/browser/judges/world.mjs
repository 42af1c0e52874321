// What every judge has: an emulator with the same people, the actix application, and a browser.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { chromium } from 'playwright-core';
import { freePort, start } from './processes.mjs';

export const folder = fileURLToPath(new URL('..', import.meta.url));
export const PASSWORD = 'correct horse battery staple';
export const ALICE = 'alice@example.com'; // Owner of Acme, Admin of Globex
export const BOB = 'bob@example.com'; // Member of Acme
export const FRIEND = 'friend.example'; // A host of a frontend, if the project says so
export const FOREIGN = 'foreign.example';

const member = (email, role) => ({ email, role });
/** Returns the seed of all judges, with further settings of the project. */
export function seed(project = {}) {
    return {
        // The emulator sends browsers to the host name that the application has.
        project: { application_url: 'http://127.0.0.1:3000', ...project },
        users: [ALICE, BOB, 'carol@example.com'].map((email) => ({
            email, email_confirmed: true, password: PASSWORD, first_name: email[0].toUpperCase() + email.slice(1).split('@')[0], last_name: 'Example',
        })),
        orgs: project.has_orgs === false ? [] : [
            { name: 'Acme', members: [member(ALICE, 'Owner'), member(BOB, 'Member')] },
            { name: 'Globex', members: [member(ALICE, 'Admin')] },
            { name: 'Initech', members: [member('carol@example.com', 'Owner')] },
        ],
    };
}

class Emulator {
    async start(contents, port = 0) {
        this.folder = await mkdtemp(join(tmpdir(), 'browser-judge-'));
        this.seedFile = join(this.folder, 'seed.json');
        await writeFile(this.seedFile, JSON.stringify(contents));
        await this.run(port);
        return this;
    }

    async run(port) {
        const args = ['up', '--json', '--no-reload', '--port', String(port), '--seed', this.seedFile];
        this.process = await start(process.env.PROPELAUTH_DEV, args, { isReady: (line) => line.startsWith('{') });
        this.report = JSON.parse(this.process.line);
        this.url = this.report.auth_url;
    }

    /** Sends one of the emulator's own requests, as `propelauth-dev` itself does. */
    async control(method, path, body) {
        const response = await fetch(`${this.url}/propelauth-dev/${path}`, {
            method,
            headers: body === undefined ? {} : { 'content-type': 'application/json' },
            body: body === undefined ? undefined : JSON.stringify(body),
        });
        const text = await response.text();
        assert.ok(response.ok, `${method} ${path}: ${response.status} ${text}`);
        return text === '' ? undefined : JSON.parse(text);
    }

    /** Sends a request of the backend API, as a service does. */
    async backend(method, path, body) {
        const response = await fetch(`${this.url}/api/backend/v1/${path}`, {
            method,
            headers: { authorization: `Bearer ${this.report.api_key}`, 'content-type': 'application/json' },
            body: body === undefined ? undefined : JSON.stringify(body),
        });
        const text = await response.text();
        assert.ok(response.ok, `${method} ${path}: ${response.status} ${text}`);
        return /^[[{]/.test(text) ? JSON.parse(text) : text;
    }

    async orgId(name) {
        const orgs = await this.control('GET', 'orgs');
        return orgs.find((org) => org.name === name).org_id;
    }

    async userId(email) {
        const users = await this.control('GET', 'users');
        return users.find((user) => user.email === email).user_id;
    }

    /** Goes away, and leaves its port free. */
    async goAway() { await this.process.stop(); }

    async comeBack() { await this.run(Number(new URL(this.url).port)); }

    async stop() {
        await this.process.stop();
        await rm(this.folder, { recursive: true, force: true });
    }
}

export async function startEmulator(project) { return new Emulator().start(seed(project)); }

/** Starts the actix application against an emulator, and has webhooks sent to it. */
export async function startApp(emulator) {
    const { auth_url: url, api_key: key, webhook_secret: secret } = emulator.report;
    const env = {
        PROPELAUTH_AUTH_URL: url, PROPELAUTH_API_KEY: key, PROPELAUTH_EMULATOR: '1', PROPELAUTH_WEBHOOK_SECRET: secret,
    };
    const app = await start(process.env.PROTECTED_APP, [join(folder, 'spa/build')], { env });
    await emulator.control('POST', 'webhooks', { url: `${app.line}/webhooks/propelauth` });
    return { url: app.line, stop: app.stop };
}

/** Starts a server that PropelAuth's guides configure by environment: Next's or Remix's. */
export async function startServer(command, args, isReady, emulator, app, changed = {}) {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const preload = await promisify(execFile)(process.env.PROPELAUTH_DEV, ['node-preload', '--url', emulator.url]);
    const preloadFile = join(emulator.folder, 'preload.cjs');
    await writeFile(preloadFile, preload.stdout);
    const env = {
        NODE_OPTIONS: `--require ${preloadFile}`,
        PROPELAUTH_AUTH_URL: emulator.url,
        PROPELAUTH_API_KEY: emulator.report.api_key,
        PROPELAUTH_VERIFIER_KEY: emulator.report.verifier_key,
        PROPELAUTH_REDIRECT_URI: `${url}/api/auth/callback`,
        PROTECTED_APP_URL: app.url,
        NEXT_TELEMETRY_DISABLED: '1',
        NODE_ENV: 'production',
        ...changed,
    };
    const server = await start(command, args(port), { env, isReady });
    return { url, printed: server.printed, stop: server.stop };
}

const browserOptions = {
    executablePath: process.env.CHROMIUM,
    // Two sites of others are on this machine, and no other name is found: nothing is asked of the network.
    args: [
        '--no-sandbox', '--disable-dev-shm-usage',
        `--host-resolver-rules=MAP ${FRIEND} 127.0.0.1 , MAP ${FOREIGN} 127.0.0.1 , MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost`,
    ],
};

export async function startBrowser() {
    return chromium.launch(browserOptions);
}

/**
 * Starts a browser that sends cookies also to sites other than that of the page, as Chromium does where its
 * distribution has not turned it off.
 */
export async function withThirdPartyCookies(run) {
    const data = await mkdtemp(join(tmpdir(), 'browser-judge-'));
    await mkdir(join(data, 'Default'));
    const preferences = { profile: { cookie_controls_mode: 0, block_third_party_cookies: false } };
    await writeFile(join(data, 'Default/Preferences'), JSON.stringify(preferences));
    const profile = await chromium.launchPersistentContext(data, browserOptions);
    try {
        profile.setDefaultTimeout(10_000);
        await run(profile);
    } finally {
        await profile.close();
        await rm(data, { recursive: true, force: true });
    }
}

/** Returns a browser profile without cookies, whose pages fail fast. */
export async function newProfile(browser, options = {}) {
    const profile = await browser.newContext(options);
    profile.setDefaultTimeout(10_000);
    return profile;
}
