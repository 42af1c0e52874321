// `@propelauth/javascript`: a session in the browser, from no session to a login, an outage and a logout.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { logIn } from './hosted.mjs';
import { ALICE, FOREIGN, FRIEND, newProfile, startApp, startBrowser, startEmulator, withThirdPartyCookies } from './world.mjs';

let emulator, app, browser, profile, page;
before(async () => {
    emulator = await startEmulator({ logout_redirect_path: '/goodbye' });
    [app, browser] = await Promise.all([startApp(emulator), startBrowser()]);
    profile = await newProfile(browser);
    page = await profile.newPage();
    await page.goto(`${app.url}/javascript.html`);
});
after(async () => {
    await browser?.close();
    await app?.stop();
    await emulator?.stop();
});

/** Returns what the client knows of the session; an observer makes it ask again. */
const info = (force = true, tab = page) => tab.evaluate(async (it) => {
    const found = await window.client.getAuthenticationInfoOrNull(it);
    return found && { ...found, orgHelper: undefined, accessHelper: undefined, orgs: found.orgHelper.getOrgs().map((org) => org.orgName) };
}, force);

/** Calls the actix application with a token, and returns the status and the text. */
const call = (path, token) => page.evaluate(async ([to, bearer]) => {
    const response = await fetch(to, { headers: { authorization: `Bearer ${bearer}` } });
    return `${response.status} ${await response.text()}`;
}, [path, token]);

test('without a session there is no user', async () => {
    assert.equal(await info(), null);
});

test('the login page leads back to the page that asked for it, and there is a user', async () => {
    const from = `${app.url}/javascript.html?a=1&b=ü#there`;
    await page.goto(from);
    await page.evaluate(() => window.client.redirectToLoginPage({ postLoginRedirectUrl: location.href }));
    await logIn(page, ALICE);
    await page.waitForURL(`${app.url}/javascript.html**`);
    assert.equal(page.url(), new URL(from).href);
    const { user, orgs, accessToken, expiresAtSeconds } = await info();
    assert.equal(user.email, ALICE);
    assert.equal(user.firstName, 'Alice');
    assert.deepEqual(orgs.sort(), ['Acme', 'Globex']);
    assert.equal(await call('/whoami', accessToken), `200 ${ALICE}`);
    assert.ok(expiresAtSeconds > Date.now() / 1000);
    assert.deepEqual(await page.evaluate(() => window.changes), [true]);
});

test('a page that is opened later finds the session', async () => {
    const tab = await profile.newPage();
    await tab.goto(`${app.url}/javascript.html`);
    assert.equal((await info(false, tab)).user.email, ALICE);
    await tab.close();
});

test('a token for an organization is accepted for that organization only', async () => {
    const [acme, globex] = [await emulator.orgId('Acme'), await emulator.orgId('Globex')];
    const { accessToken, error } = await page.evaluate((id) => window.client.getAccessTokenForOrg(id), acme);
    assert.equal(error, undefined);
    assert.equal(await call(`/orgs/${acme}/settings`, accessToken), `200 settings of Acme for ${ALICE}`);
    assert.match(await call(`/orgs/${globex}/settings`, accessToken), /^403 /);
});

test('there is no token for an organization that the user is not in', async () => {
    for (const id of [await emulator.orgId('Initech'), '00000000-0000-4000-8000-000000000000']) {
        const { error } = await page.evaluate((org) => window.client.getAccessTokenForOrg(org), id);
        assert.equal(error, 'user_not_in_org');
    }
    assert.equal((await info()).user.email, ALICE, 'and the session goes on');
});

test('what changed on the server is there after a refresh', async () => {
    const [user, initech] = [await emulator.userId(ALICE), await emulator.orgId('Initech')];
    await emulator.backend('POST', 'org/add_user', { user_id: user, org_id: initech, role: 'Member' });
    assert.deepEqual((await info()).orgs.sort(), ['Acme', 'Globex', 'Initech']);
    await emulator.backend('POST', 'org/remove_user', { user_id: user, org_id: initech });
    assert.deepEqual((await info()).orgs.sort(), ['Acme', 'Globex']);
});

test('refreshes at once, in two tabs, log no one out', async () => {
    const tab = await profile.newPage();
    await tab.goto(`${app.url}/javascript.html`);
    // A client asks once at a time, so that each tab asks again and again.
    const refreshes = [page, tab].map((it) => it.evaluate(async () => {
        const emails = [];
        while (emails.length < 20) emails.push((await window.client.getAuthenticationInfoOrNull(true))?.user.email);
        return emails;
    }));
    assert.deepEqual((await Promise.all(refreshes)).flat(), Array(40).fill(ALICE));
    assert.equal((await info(true, tab)).user.email, ALICE);
    await tab.close();
});

test('of two foreign sites, the one that the project names has the session, and the other reads nothing', async () => {
    const other = await startEmulator({
        additional_fe_locations: [{ domain: FRIEND }],
        session_cookie_same_site: 'None', // so that only CORS is between a page and the session
    });
    const pages = await startApp(other);
    const { port } = new URL(pages.url);
    try {
        await withThirdPartyCookies(async (visitor) => {
            const tab = await visitor.newPage();
            await tab.goto(`http://${FRIEND}:${port}/javascript.html`);
            await tab.evaluate(() => window.client.redirectToLoginPage({ postLoginRedirectUrl: location.href }));
            await logIn(tab, ALICE);
            await tab.waitForURL(`http://${FRIEND}:${port}/**`);
            assert.equal((await info(true, tab)).user.email, ALICE);

            const refusals = [];
            tab.on('console', (message) => refusals.push(message.text()));
            await tab.goto(`http://${FOREIGN}:${port}/javascript.html`);
            await assert.rejects(info(true, tab), /Failed to fetch/);
            assert.match(refusals.join('\n'), /blocked by CORS policy: .*'Access-Control-Allow-Origin'/);

            await tab.goto(`http://${FRIEND}:${port}/javascript.html`);
            assert.equal((await info(true, tab)).user.email, ALICE, 'and the session goes on');
        });
    } finally {
        await pages.stop();
        await other.stop();
    }
});

test('errors that pass are not seen, because the client asks again', async () => {
    await emulator.control('POST', 'faults', { route: 'GET /api/v1/refresh_token', status: 503, times: 2 });
    assert.equal((await info()).user.email, ALICE);
    const [{ times_left: left } = { times_left: 0 }] = await emulator.control('GET', 'faults');
    assert.equal(left, 0, 'both were sent');
});

test('an emulator that is away is asked four times, and found again when it is back', async () => {
    await emulator.goAway();
    const failed = [];
    const count = (request) => failed.push(request.url());
    page.on('requestfailed', count);
    await assert.rejects(info(), /./);
    page.off('requestfailed', count);
    assert.equal(failed.filter((url) => url.endsWith('/api/v1/refresh_token')).length, 4);

    // Its state was in memory, so that the session is over; the answer is an answer again.
    await emulator.comeBack();
    assert.equal(await info(), null);
});

test('a logout ends the session in every tab', async () => {
    await page.evaluate(() => window.client.redirectToLoginPage({ postLoginRedirectUrl: location.href }));
    await logIn(page, ALICE);
    await page.waitForURL(`${app.url}/javascript.html**`);
    const tab = await profile.newPage();
    await tab.goto(`${app.url}/javascript.html`);
    assert.equal((await info(false, tab)).user.email, ALICE);

    // Tabs tell each other the second of a logout, and the earlier test was one in this second.
    await setTimeout(1100);
    await page.evaluate(() => window.client.logout(false));
    assert.equal(await info(), null);
    await tab.waitForFunction(() => window.changes.at(-1) === false);
    const cookies = await profile.cookies(emulator.url);
    assert.deepEqual(cookies.filter((cookie) => cookie.name === 'refresh_token'), []);
});

test('a logout may lead to the page that the project names', async () => {
    await page.evaluate(() => window.client.redirectToLoginPage({ postLoginRedirectUrl: location.href }));
    await logIn(page, ALICE);
    await page.waitForURL(`${app.url}/javascript.html**`);
    const asked = page.waitForRequest('http://127.0.0.1:3000/goodbye');
    await page.evaluate(() => { window.client.logout(true); });
    await asked;
});
