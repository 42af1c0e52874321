// One journey through everything, as two people and a developer walk it in browsers.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PASSWORD, newProfile, startApp, startBrowser, startEmulator } from './world.mjs';

const OLIVIA = 'olivia@journey.example';
const MALLORY = 'mallory@journey.example';
const LIMIT = 10_000; // for the whole journey, in milliseconds
const REFUSED_WITHIN = 1000;

let emulator, app, browser;
before(async () => {
    emulator = await startEmulator({ require_email_confirmation: true });
    [app, browser] = await Promise.all([startApp(emulator), startBrowser()]);
});
after(async () => {
    await browser?.close();
    await app?.stop();
    await emulator?.stop();
});

const button = (page, name) => page.getByRole('button', { name, exact: true }).click();

/** Signs up on the page that the browser is on. */
async function signUp(page, email) {
    if (await page.getByLabel('Email', { exact: true }).inputValue() !== email) {
        await page.getByLabel('Email', { exact: true }).fill(email);
    }
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await button(page, 'Sign up');
}

/** Opens the newest email to an address in the dashboard's outbox, and follows its link. */
async function openEmail(profile, email) {
    const outbox = await profile.newPage();
    await outbox.goto(`${emulator.url}/dashboard/outbox`);
    const row = outbox.getByRole('row', { name: email }).first();
    await row.getByRole('link', { name: `Open the link to ${email}` }).click();
    return outbox;
}

test('from a sign-up to a tab that is refused after a change of role', async () => {
    const begun = Date.now();
    const olivias = await newProfile(browser);
    const page = await olivias.newPage();

    // Olivia signs up from the application, confirms her address from the outbox, and is back.
    await page.goto(`${app.url}/javascript.html`);
    await page.evaluate(() => window.client.redirectToSignupPage({ postSignupRedirectUrl: location.href }));
    await page.waitForURL((url) => url.pathname === '/signup');
    await signUp(page, OLIVIA);
    await page.getByRole('link', { name: 'I have opened the link' }).waitFor();
    const outbox = await openEmail(olivias, OLIVIA);
    await outbox.getByText('Your email address is confirmed').waitFor();
    await outbox.close();
    await page.getByRole('link', { name: 'I have opened the link' }).click();
    await page.waitForURL(`${app.url}/javascript.html**`);

    // She makes an organization, and invites Mallory.
    await page.evaluate(() => window.client.redirectToCreateOrgPage({ redirectBackToUrl: location.href }));
    await page.getByLabel('Name', { exact: true }).fill('Journeys');
    await button(page, 'Create');
    await page.waitForURL(`${app.url}/javascript.html**`);
    const org = await emulator.orgId('Journeys');
    await page.goto(`${emulator.url}/org/members/${org}`);
    const invitation = page.getByRole('region', { name: 'Invite someone' });
    await invitation.getByLabel('Email', { exact: true }).fill(MALLORY);
    await invitation.getByLabel('Role', { exact: true }).selectOption('Admin');
    await button(invitation, 'Send the invitation');
    await page.getByText(MALLORY).first().waitFor();

    // Mallory accepts it by signing up, in a browser of her own, and opens the application.
    const mallorys = await newProfile(browser);
    const accepting = await openEmail(mallorys, MALLORY);
    await signUp(accepting, MALLORY);
    const tab = await mallorys.newPage();
    await tab.goto(`${app.url}/tab.html?org=${org}`);
    await tab.waitForFunction(() => window.answers.at(-1)?.status === 200);

    // The developer takes her role away in the dashboard, and the tab that is open is refused.
    const dashboard = await (await newProfile(browser)).newPage();
    await dashboard.goto(`${emulator.url}/dashboard/orgs/${org}`);
    const row = dashboard.getByRole('row', { name: MALLORY });
    await row.getByRole('combobox', { name: 'Role' }).selectOption('Member');
    const changed = Date.now();
    await row.getByRole('button', { name: `Change the role of ${MALLORY}` }).click();
    await tab.waitForFunction(() => window.answers.at(-1)?.status !== 200);
    const answers = await tab.evaluate(() => window.answers);
    const refused = answers.find(({ at, status }) => at >= changed && [401, 403].includes(status));
    assert.ok(refused.at - changed <= REFUSED_WITHIN, `${refused.at - changed} ms`);
    // And it stays so, also with a new token, which says what she may do now.
    await tab.waitForFunction(() => window.answers.at(-1)?.status === 403);
    const later = (await tab.evaluate(() => window.answers)).filter(({ at }) => at >= refused.at);
    assert.deepEqual(later.filter(({ status }) => status === 200), []);

    const took = Date.now() - begun;
    console.log(`the journey took ${took} ms; the tab was refused ${refused.at - changed} ms after the change`);
    assert.ok(took <= LIMIT, `${took} ms`);
});
