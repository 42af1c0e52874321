// The full-stack examples, as a newcomer starts them: one command, and the whole in a browser.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { freePort, start } from './processes.mjs';
import { newProfile, startBrowser } from './world.mjs';

const examples = fileURLToPath(new URL('../../../examples/full_stack', import.meta.url));
// What each frontend prints once it serves.
const FRONTENDS = { react: 'Local:', next: 'Local:' };

let browser;
before(async () => { browser = await startBrowser(); });
after(async () => { await browser?.close(); });

/** Waits until the API answers as well, which is started beside the frontend. */
async function answers(url) {
    for (const deadline = Date.now() + 60_000; Date.now() < deadline;) {
        const response = await fetch(url).catch(() => undefined);
        if (response) return response.status;
        await new Promise((resolve) => { setTimeout(resolve, 100); });
    }
    throw new Error(`nothing answers at ${url}`);
}

async function control(emulator, method, path, body) {
    const response = await fetch(`${emulator}${path}`, {
        method,
        headers: { 'content-type': 'application/json', authorization: 'Bearer emulator-integration-api-key' },
        body: body && JSON.stringify(body),
    });
    assert.ok(response.ok, `${method} ${path}: ${response.status}`);
    return response.text();
}

for (const [name, ready] of Object.entries(FRONTENDS)) {
    test(`${name}: each role sees and does what it may, and loses it when it is taken away`, { timeout: 240_000 }, async () => {
        const [EMULATOR_PORT, API_PORT, APP_PORT] = [await freePort(), await freePort(), await freePort()];
        const ports = { EMULATOR_PORT, API_PORT, APP_PORT };
        const env = Object.fromEntries(Object.entries(ports).map(([key, port]) => [key, String(port)]));
        // What is built already is not built again.
        for (const [key, value] of Object.entries(process.env)) if (/^(CARGO|RUST)/.test(key)) env[key] = value;
        const example = await start(`${examples}/start`, [name], { env, isReady: (line) => line.includes(ready) });
        try {
            const [emulator, app] = [`http://127.0.0.1:${EMULATOR_PORT}`, `http://localhost:${APP_PORT}/`];
            assert.equal(await answers(`http://localhost:${API_PORT}/api/me`), 401);
            const as = async (person) => {
                const page = await (await newProfile(browser)).newPage();
                page.setDefaultTimeout(30_000); // a frontend compiles what is asked for the first time
                await page.goto(app);
                await page.getByText('Log in', { exact: true }).click();
                await page.waitForURL((url) => url.pathname === '/login');
                assert.equal(new URL(page.url()).host, `localhost:${EMULATOR_PORT}`);
                await page.getByRole('button', { name: person }).first().click();
                await page.getByRole('heading', { name: `Notes of ${person.toLowerCase()}@example.com` }).waitFor();
                return page;
            };
            const add = async (page, text) => {
                await page.getByLabel('Note').fill(text);
                await page.getByRole('button', { name: 'Add' }).click();
            };
            const alice = await as('Alice');
            await alice.getByRole('heading', { name: 'Acme Inc (Owner)' }).waitFor();
            await add(alice, 'first note');
            await alice.getByRole('listitem').filter({ hasText: 'first note' }).waitFor();

            const bob = await as('Bob');
            await bob.getByRole('heading', { name: 'Acme Inc (Member)' }).waitFor();
            await bob.getByRole('listitem').filter({ hasText: 'first note' }).waitFor();
            await add(bob, 'of a member');
            await bob.getByText('Your role does not allow this.').waitFor();

            const orgs = JSON.parse(await control(emulator, 'GET', '/propelauth-dev/orgs'));
            const { org_id, members } = orgs[0];
            const { user_id } = members.find((member) => member.email === 'alice@example.com');
            await control(emulator, 'POST', '/api/backend/v1/org/change_role', { org_id, user_id, role: 'Member' });
            await add(alice, 'no more');
            const refused = alice.getByRole('status').filter({ hasText: /./ });
            assert.match(await refused.textContent(), /Your role does not allow this|Error 401/);

            await bob.getByRole('button', { name: 'Log out' }).click();
            await bob.getByText('Log in', { exact: true }).waitFor();
        } catch (error) {
            throw new Error(`${error.message}\n${example.printed()}`, { cause: error });
        } finally {
            await example.stop();
        }
        // What the command started ended with it.
        await assert.rejects(fetch(`http://localhost:${API_PORT}/api/me`));
        await assert.rejects(fetch(`http://localhost:${APP_PORT}/`));
        await assert.rejects(fetch(`http://127.0.0.1:${EMULATOR_PORT}/propelauth-dev/status`));
    });
}
