// `@propelauth/frontend-apis-react`: a login form of one's own, and the hook for a second factor.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { totp } from './frontend_apis.mjs';
import { BOB, PASSWORD, newProfile, startApp, startBrowser, startEmulator } from './world.mjs';

let emulator, app, browser, page;
before(async () => {
    emulator = await startEmulator();
    [app, browser] = await Promise.all([startApp(emulator), startBrowser()]);
    page = await (await newProfile(browser)).newPage();
    await page.goto(`${app.url}/frontend-apis-react.html`);
});
after(async () => {
    await browser?.close();
    await app?.stop();
    await emulator?.stop();
});

const says = (id, text) => page.locator(`#${id}`, { hasText: text }).waitFor();
const click = (name) => page.getByRole('button', { name, exact: true }).click();
const submit = async (email, password) => {
    await page.getByLabel('Email').fill(email);
    await page.getByLabel('Password').fill(password);
    await click('log in');
};

test('the form tells a wrong password from a right one, and the session is that of the other package', async () => {
    await says('user', 'logged out');
    await click('state');
    await says('login-outcome', 'LoginRequired');
    await submit(BOB, 'wrong');
    await says('login-outcome', 'wrong password');
    await submit(BOB, PASSWORD);
    await says('login-outcome', 'Finished');
    await says('user', BOB);
});

let secret;
test('the hook turns a second factor on, with the code of the secret only', async () => {
    await says('status', 'disabled');
    secret = await page.locator('#secret').textContent();
    await page.getByRole('img', { name: 'QR code' }).evaluate((image) => image.decode());
    await page.getByLabel('Code').fill('000000');
    await click('enable');
    await says('outcome', 'wrong code');
    await page.getByLabel('Code').fill(totp(secret));
    await click('enable');
    await says('status', 'enabled');
    assert.match(await page.locator('#backup-codes').textContent(), /\S+ \S+/);
});

test('the next login asks for the second factor', async () => {
    const other = await (await newProfile(browser)).newPage();
    await other.goto(`${app.url}/frontend-apis-react.html`);
    await other.getByLabel('Email').fill(BOB);
    await other.getByLabel('Password').fill(PASSWORD);
    await other.getByRole('button', { name: 'log in' }).click();
    await other.locator('#login-outcome', { hasText: 'TwoFactorRequired' }).waitFor();
    assert.equal(await other.locator('#user').textContent(), 'logged out', 'before it, there is no user');
    await other.context().close();
});

test('the hook turns the second factor off', async () => {
    await click('disable');
    await says('status', 'disabled');
});
