'use strict';
// A client of OpenID Connect by a library that is certified for it: discovery, the login in the emulator's own
// pages, tokens, and what the library itself must refuse.

const { deepStrictEqual: equal, ok, rejects } = require('node:assert');
const { pathToFileURL } = require('node:url');
const path = require('node:path');

const { Table } = require('./table.cjs');

const authUrl = process.env.CONFORMANCE_EMULATOR_URL;
const redirectUri = 'http://localhost:3000/callback';
const t = new Table('openid-client 6.9.0');

/** Follows redirects as a browser does, with cookies, until they leave the emulator. */
class Browser {
    cookies = new Map();

    async go(url, form) {
        for (let redirects = 0; redirects < 10; redirects += 1) {
            const response = await fetch(url, {
                method: form ? 'POST' : 'GET',
                body: form && new URLSearchParams(form),
                headers: { cookie: [...this.cookies].map((it) => it.join('=')).join('; ') },
                redirect: 'manual',
            });
            for (const cookie of response.headers.getSetCookie()) {
                const [name, value] = cookie.split(';')[0].split('=');
                this.cookies.set(name, value);
            }
            form = undefined;
            const location = response.headers.get('location');
            if (!location) {
                return { url, status: response.status, page: await response.text() };
            }
            url = new URL(location, url);
            if (url.port !== new URL(authUrl).port) {
                return { url };
            }
        }
        throw new Error(`too many redirects, the last to ${url}`);
    }

    /** Logs in as a user of the list on the login page. */
    async logInAs(shown, email) {
        const action = /<form[^>]*action="([^"]*\/login\/as[^"]*)"[\s\S]*?<\/form>/.exec(shown.page);
        ok(action, `no list of users: ${shown.status} ${shown.url}`);
        const hidden = [...action[0].matchAll(/<input[^>]*type="hidden"[^>]*>/g)].map(([input]) => [
            /name="([^"]*)"/.exec(input)[1],
            /value="([^"]*)"/.exec(input)[1],
        ]);
        const buttons = [...action[0].matchAll(/<button[^>]*value="([^"]*)"[^>]*>([\s\S]*?)<\/button>/g)];
        const button = buttons.find(([, , inside]) => inside.includes(email));
        ok(button, `no button for ${email}`);
        const to = new URL(action[1].replaceAll('&amp;', '&'), shown.url);
        return this.go(to, [...hidden, ['user_id', button[1]]]);
    }
}

async function judge() {
    const entry = path.join(process.env.NODE_PATH, 'openid-client/build/index.js');
    const oidc = await import(pathToFileURL(entry));
    const insecure = { execute: [oidc.allowInsecureRequests] };
    const discover = (authentication, id = 'app', secret = 'secret') =>
        oidc.discovery(new URL(authUrl), id, secret, authentication, insecure);
    const browser = new Browser();

    /** Sends the browser to the emulator, and returns where it comes back to and what belongs to it. */
    async function authorize(config, more = {}, who = browser) {
        const pkceCodeVerifier = oidc.randomPKCECodeVerifier();
        const expected = {
            pkceCodeVerifier,
            expectedState: oidc.randomState(),
            expectedNonce: oidc.randomNonce(),
        };
        const url = oidc.buildAuthorizationUrl(config, {
            redirect_uri: redirectUri,
            scope: 'openid email profile',
            state: expected.expectedState,
            nonce: expected.expectedNonce,
            code_challenge: await oidc.calculatePKCECodeChallenge(pkceCodeVerifier),
            code_challenge_method: 'S256',
            ...more,
        });
        return { expected, ...(await who.go(url)) };
    }

    const basic = await discover(oidc.ClientSecretBasic());

    await t.case('discovery', 'the metadata are those of the URL', async () => {
        const metadata = basic.serverMetadata();
        equal(metadata.issuer, authUrl);
        ok(metadata.supportsPKCE());
    });

    await t.case('authorize', 'through the login page, and back with a code', async () => {
        const shown = await authorize(basic);
        const back = await browser.logInAs(shown, 'alice@example.com');
        ok(back.url.href.startsWith(`${redirectUri}?code=`), back.url.href);
        const tokens = await oidc.authorizationCodeGrant(basic, back.url, shown.expected);
        const claims = tokens.claims();
        equal([claims.aud, claims.email, claims.email_verified], ['app', 'alice@example.com', false]);
        const info = await oidc.fetchUserInfo(basic, tokens.access_token, claims.sub);
        equal(info.email, 'alice@example.com');
        const org = Object.values(info.org_id_to_org_info)[0];
        equal([org.org_name, org.user_role], ['Acme Inc', 'Owner']);
    });

    // The browser has a session from here on.
    const posts = ['ClientSecretBasic', 'ClientSecretPost', 'None'];
    for (const name of posts) {
        await t.case('token', `a code and a refresh token, with ${name}`, async () => {
            const config = await discover(oidc[name](), 'app', name === 'None' ? undefined : 'secret');
            const { url, expected } = await authorize(config);
            const tokens = await oidc.authorizationCodeGrant(config, url, expected);
            const refreshed = await oidc.refreshTokenGrant(config, tokens.refresh_token);
            equal(refreshed.token_type, 'bearer');
            equal(refreshed.expiresIn(), 1800);
            await oidc.fetchUserInfo(config, refreshed.access_token, tokens.claims().sub);
        });
    }

    await t.case('token', 'a code is used once', async () => {
        const { url, expected } = await authorize(basic);
        const tokens = await oidc.authorizationCodeGrant(basic, url, expected);
        await rejects(oidc.authorizationCodeGrant(basic, url, expected), { error: 'invalid_grant' });
        await rejects(oidc.refreshTokenGrant(basic, tokens.refresh_token), { error: 'invalid_grant' });
    });

    await t.case('token', 'another verifier, secret or redirect URI is refused', async () => {
        const { url, expected } = await authorize(basic);
        const pkceCodeVerifier = oidc.randomPKCECodeVerifier();
        const other = { ...expected, pkceCodeVerifier };
        await rejects(oidc.authorizationCodeGrant(basic, url, other), { error: 'invalid_grant' });
        const wrong = await discover(oidc.ClientSecretPost(), 'app', 'wrong');
        const refused = oidc.authorizationCodeGrant(wrong, url, expected);
        // The library reads the challenge that comes with the status.
        await rejects(refused, (error) => JSON.stringify(error.cause).includes('basic') && error.status === 401);
        const elsewhere = new URL(url.href.replace('/callback', '/other'));
        await rejects(oidc.authorizationCodeGrant(basic, elsewhere, expected), { error: 'invalid_grant' });
        ok(await oidc.authorizationCodeGrant(basic, url, expected));
    });

    await t.case('authorize', 'an error is one of the standard', async () => {
        const stranger = new Browser();
        const silent = await authorize(basic, { prompt: 'none' }, stranger);
        const refused = oidc.authorizationCodeGrant(basic, silent.url, silent.expected);
        await rejects(refused, { error: 'login_required' });
        const org = await authorize(basic, { org_id: 'a-stranger' });
        const denied = oidc.authorizationCodeGrant(basic, org.url, org.expected);
        await rejects(denied, { error: 'access_denied' });
        const unknown = await authorize(basic, { redirect_uri: 'http://localhost:3000/evil' });
        equal(unknown.status, 400);
    });

    await t.case('authorize', 'max_age is answered with the time of the login', async () => {
        const { url, expected } = await authorize(basic, { max_age: '600' });
        const tokens = await oidc.authorizationCodeGrant(basic, url, { ...expected, maxAge: 600 });
        ok(tokens.claims().auth_time > 0);
    });

    await t.case('authorize', 'prompt=login shows the login to a user who is logged in', async () => {
        const before = browser.cookies.get('refresh_token');
        const shown = await authorize(basic, { prompt: 'login' });
        equal(new URL(shown.url).pathname, '/login');
        const back = await browser.logInAs(shown, 'bob@example.com');
        ok(before !== browser.cookies.get('refresh_token'));
        const tokens = await oidc.authorizationCodeGrant(basic, back.url, shown.expected);
        equal(tokens.claims().email, 'bob@example.com');
    });

    await t.case('userinfo', 'a token that is none is refused', async () => {
        const { url, expected } = await authorize(basic);
        const tokens = await oidc.authorizationCodeGrant(basic, url, expected);
        for (const wrong of [tokens.id_token, tokens.refresh_token, `${tokens.access_token}x`]) {
            const refused = oidc.fetchUserInfo(basic, wrong, tokens.claims().sub);
            await rejects(refused, (error) => error.status === 401);
        }
    });
}

judge()
    .catch((error) => t.case('discovery', 'the judge itself', () => Promise.reject(error)))
    .finally(() => t.finish());
