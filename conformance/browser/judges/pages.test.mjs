// Every page that the emulator lists: nothing that axe-core finds, in light and dark, with and without scripts.
//
// With SCREENSHOTS=folder, each page is also kept as an image.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { totp } from './frontend_apis.mjs';
import { logIn } from './hosted.mjs';
import { ALICE, BOB, PASSWORD, folder, newProfile, startApp, startBrowser, startEmulator } from './world.mjs';

const AXE = readFileSync(join(folder, 'node_modules/axe-core/axe.min.js'), 'utf8');
const CONTRAST = { runOnly: ['color-contrast'] }; // what differs in the dark
const NARROW = { width: 320, height: 640 };
const { SCREENSHOTS } = process.env;

/** Shown only in projects with other settings, or by other links; tests/it/emulator drives them. */
const NOT_HERE = ['/update_metadata', '/api/fe/v2/login/magic', '/oauth/2.1/consent'];
/** Those that have a test of their own below. */
const STEPS = ['/verify', '/mfa'];

let emulator, app, browser;
const profiles = new Map();
const links = new Map(); // by path, those of pages that one comes to by a link
before(async () => {
    emulator = await startEmulator({
        personal_api_keys_enabled: true, org_api_keys_enabled: true, has_passwordless_login: true,
    });
    [app, browser] = await Promise.all([startApp(emulator), startBrowser()]);
    // Lists with something in them: an invitation, keys, a magic link, emails, requests and deliveries.
    const [acme, bob] = [await emulator.orgId('Acme'), await emulator.userId(BOB)];
    await emulator.backend('POST', 'invite_user', { org_id: acme, email: 'guest@example.com', role: 'Member' });
    await emulator.backend('POST', 'end_user_api_keys', { org_id: acme });
    await emulator.backend('POST', 'end_user_api_keys', { user_id: bob });
    await emulator.backend('POST', 'user/', { email: 'new@example.com', send_email_to_confirm_email_address: true });
    await fetch(`${emulator.url}/api/fe/v3/forgot_password`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-csrf-token': '-.-' },
        body: JSON.stringify({ email: BOB }),
    });
    for (const { link } of await emulator.control('GET', 'emails')) if (link) links.set(new URL(link).pathname, link);
    await emulator.backend('POST', 'magic_link', { email: ALICE });
    const { url: setup } = await emulator.backend('POST', `org/${acme}/create_saml_connection_link`);
    links.set('/saml/setup/{token}', setup);
    links.set('/setup_saml/{token}', setup.replace('/saml/setup/', '/setup_saml/'));
    links.set('/{provider}/login', '/github/login');
    links.set('/account/settings/{part}', '/account/settings/security');
    if (SCREENSHOTS) mkdirSync(SCREENSHOTS, { recursive: true });
});
after(async () => {
    await browser?.close();
    await app?.stop();
    await emulator?.stop();
});

/** Returns a page in which a user, or no one, is logged in. */
async function pageOf(email, options) {
    const key = JSON.stringify([email, options]);
    if (!profiles.has(key)) {
        const profile = await newProfile(browser, options);
        const page = await profile.newPage();
        if (email) {
            await page.goto(`${emulator.url}/login`);
            await logIn(page, email);
            await page.waitForURL((url) => url.pathname !== '/login');
        }
        profiles.set(key, profile);
        await page.close();
    }
    return profiles.get(key).newPage();
}

async function findings(page, options = {}) {
    // Colors that are still on their way to the other scheme have another contrast.
    await page.evaluate(() => Promise.all(document.getAnimations().map((it) => it.finished)));
    await page.evaluate(AXE);
    const { violations } = await page.evaluate((it) => window.axe.run(document, it), { resultTypes: ['violations'], ...options });
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map((it) => it.html).join(' | ')}`);
}

/** The content of a page, without what differs whenever it is shown. */
const lasting = (html) => html.replace(/<script\b.*?<\/script>/gs, '').replace(/value="[^"]{20,}"/g, '').replace(/\d+/g, '0');

/**
 * Judges what a browser without scripts sees, in one with scripts, which axe-core needs. Where it sees the same, nothing
 * is left to judge.
 */
async function judgeWithoutScripts(email, url, html) {
    const plain = await pageOf(email, { javaScriptEnabled: false });
    const response = await plain.goto(url);
    assert.ok(response.ok(), `${response.status()} without scripts`);
    const content = await plain.content();
    await plain.close();
    if (lasting(content) === lasting(html)) return;
    const seen = content.replace(/<script\b.*?<\/script>/gs, '').replace(/(<\/?)noscript\b/g, '$1div');
    const page = await pageOf(email);
    await page.route(url, (route) => route.fulfill({ contentType: 'text/html; charset=utf-8', body: seen }));
    await page.goto(url);
    assert.deepEqual(await findings(page), [], 'without scripts');
    await page.emulateMedia({ colorScheme: 'dark' });
    assert.deepEqual(await findings(page, CONTRAST), [], 'dark, without scripts');
    await page.close();
}

async function judge({ path, url, email, needs }) {
    const to = new URL(url ?? links.get(path), emulator.url).href;
    const page = await pageOf(email);
    const complaints = [];
    page.on('console', (message) => { if (message.type() === 'error') complaints.push(message.text()); });
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (request) => {
        const { origin, protocol } = new URL(request.url());
        if (protocol !== 'data:' && origin !== emulator.url) complaints.push(`asks ${request.url()}`);
    });
    const response = await page.goto(to);
    assert.ok(response.ok(), `${response.status()} ${page.url()}`);
    assert.deepEqual(complaints, []);
    const html = await page.content();
    const name = path.replaceAll(/[^\w]+/g, '-');
    for (const [colorScheme, rules] of [['light', {}], ['dark', CONTRAST]]) {
        await page.emulateMedia({ colorScheme });
        assert.deepEqual(await findings(page, rules), [], colorScheme);
        if (SCREENSHOTS) await page.screenshot({ path: join(SCREENSHOTS, `${name}-${colorScheme}.png`), fullPage: true });
    }
    await page.setViewportSize(NARROW);
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(width <= NARROW.width, `${width} pixels wide on a screen of ${NARROW.width}`);
    await page.close();
    // A link may be good for one visit.
    if (needs !== 'link') await judgeWithoutScripts(email, to, html);
}

test('every page is well made, in light and dark, with and without scripts', { timeout: 240_000 }, async (context) => {
    const all = await emulator.control('GET', 'pages');
    const pages = all.filter(({ method, path }) => (method ?? 'GET') === 'GET' && ![...NOT_HERE, ...STEPS].includes(path));
    assert.ok(pages.length > 10);
    for (const page of pages) await context.test(page.path, () => judge(page));
});

test('the page for a second factor is well made', async () => {
    const { user_id: user } = await emulator.backend('POST', 'user/', {
        email: 'factor@example.com', password: PASSWORD, email_confirmed: true,
    });
    const page = await (await newProfile(browser)).newPage();
    await page.goto(`${app.url}/frontend-apis.html`);
    const login = { email: 'factor@example.com', password: PASSWORD };
    await page.evaluate(async (it) => window.client.emailPasswordLogin(it), login);
    const { data } = await page.evaluate(async () => window.client.fetchMfaStatusWithNewSecret());
    await page.evaluate(async (code) => window.client.enableMfa({ code }), totp(data.new_secret));
    await emulator.backend('POST', `user/${user}/logout_all_sessions`);
    await page.evaluate(async (it) => window.client.emailPasswordLogin(it), login);
    await page.goto(`${emulator.url}/verify`);
    assert.equal(new URL(page.url()).pathname, '/verify');
    assert.deepEqual(await findings(page), []);
});

test('the page that asks for a second factor to be set up is well made', async () => {
    const settings = await emulator.control('GET', 'settings');
    await emulator.control('PUT', 'settings', { ...settings, all_users_must_setup_2fa: true });
    const page = await (await newProfile(browser)).newPage();
    await page.goto(`${emulator.url}/login`);
    await logIn(page, BOB);
    await page.waitForURL((url) => url.pathname === '/mfa');
    assert.deepEqual(await findings(page), []);
});
