// `@propelauth/remix` in a Remix application, rendered by the server and hydrated in the browser.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { logIn } from './hosted.mjs';
import { ALICE, folder, newProfile, startApp, startBrowser, startEmulator, startServer } from './world.mjs';

const remix = (emulator, app, changed) => startServer(
    process.execPath, (port) => [join(folder, 'remix/server.mjs'), String(port)], (line) => line === 'ready',
    emulator, app, changed,
);

let emulator, app, browser, server, profile, page;
before(async () => {
    emulator = await startEmulator();
    [app, browser] = await Promise.all([startApp(emulator), startBrowser()]);
    server = await remix(emulator, app);
    profile = await newProfile(browser);
    page = await profile.newPage();
});
after(async () => {
    await browser?.close();
    await server?.stop();
    await app?.stop();
    await emulator?.stop();
});

const says = (id, text, tab = page) => tab.locator(`#${id}`, { hasText: text }).waitFor();
const click = (name) => page.getByRole('button', { name, exact: true }).click();
const cookie = async (name) => (await profile.cookies(server.url)).find((it) => it.name === name)?.value;

test('without a session, a page that is open to all has no user', async () => {
    await page.goto(`${server.url}/open`);
    await says('server', 'logged out');
});

test('a page that requires a user leads through the login page and back', async () => {
    await page.goto(`${server.url}/`);
    await logIn(page, ALICE);
    await says('server', ALICE);
    assert.equal(page.url(), `${server.url}/`);
});

test('the path to return to survives the login', async () => {
    const tab = await (await newProfile(browser)).newPage();
    await tab.goto(`${server.url}/api/auth/login?return_to_path=/open`);
    await logIn(tab, ALICE);
    await tab.waitForURL(`${server.url}/open`);
    await says('server', ALICE, tab);
    await tab.context().close();
});

test('the active organization is chosen, and known to the server', async () => {
    for (const name of ['Acme', 'Globex']) {
        await click(name);
        await says('outcome', 'set-active-org 200');
        await says('server-org', name);
    }
});

test('an organization that the user is not in is refused, and the session goes on', async () => {
    await click('another');
    await says('outcome', 'set-active-org 401');
    await page.reload();
    await says('server-org', 'Globex');
});

test('a refresh by hand and one by focus keep the session and the organization', async () => {
    await click('refresh');
    await says('outcome', 'refresh 200');
    const refreshed = page.waitForResponse(/\/api\/auth\/refresh/);
    await page.evaluate(() => window.dispatchEvent(new Event('focus')));
    assert.equal((await refreshed).status(), 200);
    await says('server-org', 'Globex');
});

test('the actix application accepts the token of the session', async () => {
    const response = await fetch(`${app.url}/whoami`, { headers: { authorization: `Bearer ${await cookie('__pa_at')}` } });
    assert.equal(await response.text(), ALICE);
});

test('refreshes at once, in two tabs, log no one out', async () => {
    const tab = await profile.newPage();
    await tab.goto(`${server.url}/open`);
    const refreshes = [page, tab].map((it) => it.evaluate(() => Promise.all(
        Array.from({ length: 5 }, async () => (await fetch('/api/auth/refresh', { method: 'POST' })).status),
    )));
    assert.deepEqual((await Promise.all(refreshes)).flat(), Array(10).fill(200));
    await profile.clearCookies({ name: '__pa_at' });
    await Promise.all([page.reload(), tab.reload()]);
    await says('server', ALICE);
    await says('server', ALICE, tab);
    await tab.close();
});

test('a logout ends the session, for the server too', async () => {
    const token = await cookie('__pa_rt');
    await click('log out');
    // The page then asks for its data again, and is led to the login page.
    await page.waitForURL((url) => url.origin === emulator.url);
    await page.goto(`${server.url}/open`);
    await says('server', 'logged out');
    const refresh = await fetch(`${emulator.url}/api/backend/v1/refresh_token`, {
        method: 'POST',
        headers: { authorization: `Bearer ${emulator.report.api_key}`, 'content-type': 'application/json' },
        body: JSON.stringify({ refresh_token: token }),
    });
    assert.equal(refresh.status, 401);
});

test('a wrong API key is a 500 after the login', async () => {
    const wrong = await remix(emulator, app, { PROPELAUTH_API_KEY: 'wrong-key' });
    try {
        const tab = await (await newProfile(browser)).newPage();
        await tab.goto(`${wrong.url}/`);
        const callback = tab.waitForResponse(/\/api\/auth\/callback/);
        await logIn(tab, ALICE);
        assert.equal((await callback).status(), 500);
        assert.match(wrong.printed(), /double check your application URL and API Key/);
        await tab.context().close();
    } finally {
        await wrong.stop();
    }
});

test('an emulator that is away fails the refresh', async () => {
    await page.goto(`${server.url}/`);
    await logIn(page, ALICE);
    await says('server', ALICE);
    await emulator.goAway();
    const status = await page.evaluate(async () => (await fetch('/api/auth/refresh', { method: 'POST' })).status);
    assert.equal(status, 500);
    await emulator.comeBack();
});
