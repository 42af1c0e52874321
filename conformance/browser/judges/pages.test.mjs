// Every page that the emulator lists: nothing that axe-core finds, in light and dark, with and without scripts.
//
// With SCREENSHOTS=folder, each page is also kept as an image.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { logIn } from './hosted.mjs';
import { ALICE, BOB, folder, newProfile, startApp, startBrowser, startEmulator } from './world.mjs';

const AXE = readFileSync(join(folder, 'node_modules/axe-core/axe.min.js'), 'utf8');
const NARROW = { width: 320, height: 640 };
const { SCREENSHOTS } = process.env;

let emulator, app, browser;
const profiles = new Map();
before(async () => {
    emulator = await startEmulator({ personal_api_keys_enabled: true, org_api_keys_enabled: true, has_passwordless_login: true });
    [app, browser] = await Promise.all([startApp(emulator), startBrowser()]);
    // Lists with something in them: an invitation and its email, a key, a request, a delivery.
    const [acme, bob] = [await emulator.orgId('Acme'), await emulator.userId(BOB)];
    await emulator.backend('POST', 'invite_user', { org_id: acme, email: 'guest@example.com', role: 'Member' });
    await emulator.backend('POST', 'end_user_api_keys', { org_id: acme });
    await emulator.backend('POST', 'end_user_api_keys', { user_id: bob });
    await emulator.backend('POST', 'magic_link', { email: ALICE });
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

async function findings(page) {
    await page.evaluate(AXE);
    const { violations } = await page.evaluate(() => window.axe.run(document));
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map((it) => it.html).join(' | ')}`);
}

/** Shows what a browser without scripts sees in one with scripts, which axe-core needs. */
async function withoutScripts(page, email, colorScheme, url) {
    const plain = await pageOf(email, { javaScriptEnabled: false, colorScheme });
    const response = await plain.goto(url);
    assert.ok(response.ok(), `${response.status()} without scripts`);
    const html = await plain.content();
    await plain.close();
    const seen = html.replace(/<script\b.*?<\/script>/gs, '').replace(/(<\/?)noscript\b/g, '$1div');
    await page.route(url, (route) => route.fulfill({ contentType: 'text/html; charset=utf-8', body: seen }));
    await page.goto(url);
}

test('every page is well made, in light and dark, with and without scripts', async (context) => {
    const pages = await emulator.control('GET', 'pages');
    assert.ok(pages.length > 10);
    for (const { path, url, email } of pages) {
        await context.test(path, async () => {
            const to = new URL(url, emulator.url).href;
            for (const colorScheme of ['light', 'dark']) {
                const page = await pageOf(email, { colorScheme });
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
                assert.deepEqual(await findings(page), [], `${colorScheme}, with scripts`);
                if (SCREENSHOTS) {
                    const name = `${path.replaceAll(/[^\w]+/g, '-')}-${colorScheme}.png`;
                    await page.screenshot({ path: join(SCREENSHOTS, name), fullPage: true });
                }
                await page.setViewportSize(NARROW);
                const width = await page.evaluate(() => document.documentElement.scrollWidth);
                assert.ok(width <= NARROW.width, `${width} pixels wide on a screen of ${NARROW.width}`);

                const seen = await pageOf(email, { colorScheme });
                await withoutScripts(seen, email, colorScheme, to);
                assert.deepEqual(await findings(seen), [], `${colorScheme}, without scripts`);
                await Promise.all([page.close(), seen.close()]);
            }
        });
    }
});
