// `@propelauth/react`: components that follow the session, and the provider that requires one.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { logIn } from './hosted.mjs';
import { ALICE, newProfile, startApp, startBrowser, startEmulator } from './world.mjs';

let emulator, app, browser, profile, page;
before(async () => {
    emulator = await startEmulator();
    [app, browser] = await Promise.all([startApp(emulator), startBrowser()]);
    profile = await newProfile(browser);
    page = await profile.newPage();
});
after(async () => {
    await browser?.close();
    await app?.stop();
    await emulator?.stop();
});

/** Waits until an element says something. */
const says = (id, text, tab = page) => tab.locator(`#${id}`, { hasText: text }).waitFor();
const click = (name) => page.getByRole('button', { name, exact: true }).click();

test('a browser without a session sees that it has none', async () => {
    await page.goto(`${app.url}/react.html`);
    await says('user', 'logged out');
});

test('a login by the hosted page shows the user and the organizations', async () => {
    await click('log in');
    await logIn(page, ALICE);
    await says('user', ALICE);
    await says('orgs', 'Acme');
    assert.equal(page.url(), `${app.url}/react.html`);
});

test('a page load asks for the session once', async () => {
    const asked = [];
    const count = (request) => asked.push(request.url());
    page.on('request', count);
    await page.reload();
    await says('user', ALICE);
    page.off('request', count);
    assert.equal(asked.filter((url) => url.includes('/api/v1/refresh_token')).length, 1);
});

test('the actix application accepts the token of each organization', async () => {
    for (const name of ['Acme', 'Globex']) {
        await click(name);
        await says('outcome', `200 settings of ${name} for ${ALICE}`);
    }
    await click('another');
    await says('outcome', 'user_not_in_org');
});

test('a refresh keeps the user, and brings what changed', async () => {
    await emulator.backend('PUT', `org/${await emulator.orgId('Globex')}`, { name: 'Globex Corporation' });
    await click('refresh');
    await says('outcome', 'refreshed');
    await says('orgs', 'Globex Corporation');
});

test('the account page is a page of the emulator', async () => {
    await click('account');
    await page.waitForURL((url) => url.origin === emulator.url && url.pathname === '/account');
    await page.getByText(ALICE).first().waitFor();
    await page.goto(`${app.url}/react.html`);
});

test('a session that ends in one tab ends in the other', async () => {
    const tab = await profile.newPage();
    await tab.goto(`${app.url}/react.html`);
    await says('user', ALICE, tab);
    await click('log out');
    await says('user', 'logged out');
    await says('user', 'logged out', tab);
    await tab.close();
});

test('the provider that requires a user leads to the login page and back', async () => {
    // It names no page to return to, so that the browser goes to the one that the project names.
    const changed = { application_url: app.url, login_redirect_path: '/react.html?required' };
    await emulator.control('PUT', 'settings', { ...await emulator.control('GET', 'settings'), ...changed });
    await page.goto(`${app.url}/react.html?required`);
    await logIn(page, ALICE);
    await says('user', ALICE);
    assert.equal(new URL(page.url()).origin, app.url);
    await says('active-org', 'no organization');
    for (const name of ['Acme', 'Globex Corporation']) {
        await click(name);
        await says('active-org', name);
    }
});
