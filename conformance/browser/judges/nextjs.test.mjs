// `@propelauth/nextjs` in a real Next application: app router, pages router, and the proxy for frontend APIs.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { logIn } from './hosted.mjs';
import { ALICE, folder, newProfile, startApp, startBrowser, startEmulator, startServer } from './world.mjs';

const next = (emulator, app, changed) => startServer(
    process.execPath,
    (port) => [join(folder, 'node_modules/next/dist/bin/next'), 'start', join(folder, 'next'), '-H', '127.0.0.1', '-p', String(port)],
    (line) => line.includes('Ready'),
    emulator, app, changed,
);

let emulator, app, browser, server, profile, page;
before(async () => {
    emulator = await startEmulator();
    [app, browser] = await Promise.all([startApp(emulator), startBrowser()]);
    server = await next(emulator, app);
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
/** Fetches a path of the application as its page does. */
const ask = (path, options = {}, tab = page) => tab.evaluate(async ([to, init]) => {
    const response = await fetch(to, init);
    return { status: response.status, text: await response.text() };
}, [path, options]);

test('without a session, a page that is open to all has no user, and the API routes refuse', async () => {
    await page.goto(`${server.url}/open`);
    await says('server', 'logged out');
    assert.equal((await ask('/api/whoami')).status, 401);
    assert.equal((await ask('/api/protected')).status, 401);
    assert.equal((await ask('/api/auth/userinfo')).status, 401);
});

for (const [router, path] of [['app router', '/?tab=2'], ['pages router', '/pages-router']]) {
    describe(router, () => {
        test('a page that requires a user leads through the login page and back', async () => {
            await page.goto(server.url + path);
            await logIn(page, ALICE);
            await says('server', ALICE);
            assert.equal(page.url(), server.url + path);
            await says('client', ALICE);
            await says('details', '"emailConfirmed":true');
        });

        test('the active organization is chosen, and known to server and client', async () => {
            for (const name of ['Acme', 'Globex']) {
                await click(name);
                await says('client-org', name);
                await page.reload();
                await says('server-org', name);
                await says('client-org', name);
            }
        });

        test('an organization that the user is not in is refused, and the session goes on', async () => {
            await click('another');
            await says('outcome', 'not in that organization');
            await says('client-org', 'Globex');
            await page.reload();
            await says('server', ALICE);
            await says('server-org', 'Globex');
        });

        test('a refresh brings the user again', async () => {
            await click('refresh');
            await says('outcome', `refreshed ${ALICE}`);
        });

        test('the actix application accepts the token of the server side', async () => {
            assert.deepEqual(await ask('/api/protected'), { status: 200, text: ALICE });
        });

        test('an expired access token is refreshed by the server, once for each of two tabs', async () => {
            const tab = await profile.newPage();
            await profile.clearCookies({ name: '__pa_at' });
            await Promise.all([page.reload(), tab.goto(server.url + path)]);
            await says('server', ALICE);
            await says('server', ALICE, tab);
            await says('client', ALICE);
            await says('client', ALICE, tab);
            await tab.close();
        });

        test('a logout ends the session, for the server too', async () => {
            const [token] = await profile.cookies().then((all) => all.filter((it) => it.name === '__pa_rt'));
            await click('log out');
            await page.waitForURL(`${emulator.url}/login**`).catch(() => says('client', 'logged out'));
            await page.goto(`${server.url}/open`);
            await says('server', 'logged out');
            // The refresh token is worth nothing any more, not merely forgotten by the browser.
            const refresh = await fetch(`${emulator.url}/api/backend/v1/refresh_token`, {
                method: 'POST',
                headers: { authorization: `Bearer ${emulator.report.api_key}`, 'content-type': 'application/json' },
                body: JSON.stringify({ refresh_token: token.value }),
            });
            assert.equal(refresh.status, 401);
            // The emulator's own session in this browser would log the next judge in without a page.
            await profile.clearCookies();
        });
    });
}

test('API routes of the pages router know the user', async () => {
    await page.goto(`${server.url}/pages-router`);
    await logIn(page, ALICE);
    await says('server', ALICE);
    const { status, text } = await ask('/api/whoami');
    assert.equal(status, 200);
    assert.equal(JSON.parse(text).email, ALICE);
});

test('the backend API is reached from the server, with the preload', async () => {
    assert.deepEqual(await ask('/api/backend'), { status: 200, text: JSON.stringify({ email: ALICE }) });
});

test('the frontend APIs are reached through the application, with its session', async () => {
    const headers = { 'content-type': 'application/json', 'x-csrf-token': '-.-' };
    const { status, text } = await ask('/api/auth/fe/login_state', { headers });
    assert.deepEqual([status, JSON.parse(text)], [200, { login_state: 'Finished' }]);
    const changed = await ask('/api/auth/fe/update_metadata', {
        method: 'POST', headers, body: JSON.stringify({ first_name: 'Alicia' }),
    });
    assert.equal(changed.status, 200, changed.text);
    const userinfo = JSON.parse((await ask('/api/auth/userinfo')).text);
    assert.equal(userinfo.userinfo.first_name, 'Alicia');
    assert.equal((await ask('/api/auth/fe/login_state', { headers: { 'content-type': 'application/json' } })).status, 401);
});

test('signing up begins on the signup page', async () => {
    const tab = await (await newProfile(browser)).newPage();
    await tab.goto(`${server.url}/api/auth/signup`);
    await tab.waitForURL((url) => url.origin === emulator.url && url.pathname === '/signup');
    await tab.context().close();
});

test('a state that is not the browser\'s own logs no one in', async () => {
    const tab = await (await newProfile(browser)).newPage();
    await tab.goto(`${server.url}/api/auth/callback?code=stolen&state=${'0'.repeat(64)}`);
    await tab.waitForURL((url) => url.origin === emulator.url);
    assert.deepEqual((await tab.context().cookies()).filter((it) => it.name === '__pa_at'), []);
    await tab.context().close();
});

test('an emulator that is away fails the refresh, and not the session', async () => {
    await profile.clearCookies({ name: '__pa_at' });
    await emulator.goAway();
    const response = await page.goto(`${server.url}/open`);
    assert.equal(response.status(), 500);
    // Before it comes back without its state: the page's scripts ask again by themselves, and are logged out then.
    const names = (await profile.cookies()).map((it) => it.name);
    assert.ok(names.includes('__pa_rt'));
    await emulator.comeBack();
    await page.goto(`${server.url}/open`);
    await says('server', 'logged out'); // its state was in memory
});

test('a wrong API key is a 500 after the login, and the server\'s log names it', async () => {
    const wrong = await next(emulator, app, { PROPELAUTH_API_KEY: 'wrong-key' });
    try {
        const tab = await (await newProfile(browser)).newPage();
        await tab.goto(`${wrong.url}/`);
        const callback = tab.waitForResponse(/\/api\/auth\/callback/);
        await logIn(tab, ALICE);
        assert.equal((await callback).status(), 500);
        assert.match(wrong.printed(), /incorrect PROPELAUTH_API_KEY/);
        await tab.context().close();
    } finally {
        await wrong.stop();
    }
});
