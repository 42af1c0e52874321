// A Remix application on `node:http`, with Remix's own request handler and the routes as its compiler would
// arrange them. The compiler itself, vite with a hundred packages, is left out: none of it is PropelAuth's.
//
// `node remix/server.mjs PORT`, with the settings that PropelAuth's guide names in the environment.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { initRemixAuth } from '@propelauth/remix';
import { RemixServer } from '@remix-run/react';
import { createRequestHandler } from '@remix-run/server-runtime';
import { createElement } from 'react';
import { renderToString } from 'react-dom/server';
import * as home from './build/server/home.js';
import * as open from './build/server/open.js';
import * as root from './build/server/root.js';

const auth = initRemixAuth({
    authUrl: process.env.PROPELAUTH_AUTH_URL,
    integrationApiKey: process.env.PROPELAUTH_API_KEY,
    verifierKey: process.env.PROPELAUTH_VERIFIER_KEY,
    redirectUri: process.env.PROPELAUTH_REDIRECT_URI,
});

const homeLoader = async ({ request, context }) => {
    const user = await auth.getUserOrRedirect(request, context);
    // A token of an active organization is about that one only. The backend API, which the package asks at
    // PropelAuth's own address, knows all: a preload leads it to the emulator.
    const { orgIdToOrgInfo } = await auth.api.fetchUserMetadataByUserId(user.userId, true);
    const orgs = Object.values(orgIdToOrgInfo).map(({ orgId, orgName }) => ({ orgId, orgName }));
    return { email: user.email, activeOrg: user.getActiveOrg()?.orgName ?? 'no organization', orgs };
};
const openLoader = async ({ request, context }) => {
    const user = await auth.getUser(request, context);
    return { email: user?.email ?? 'logged out' };
};

const modules = {
    root: { path: '', module: root },
    home: { parentId: 'root', index: true, module: { ...home, loader: homeLoader } },
    open: { parentId: 'root', path: 'open', module: { ...open, loader: openLoader } },
    auth: {
        parentId: 'root',
        path: 'api/auth/*',
        module: {
            loader: ({ request, params }) => auth.routes.loader(request, params),
            action: ({ request, params }) => auth.routes.action(request, params),
        },
    },
};
const routes = Object.fromEntries(Object.entries(modules).map(([id, route]) => [id, { id, ...route }]));
const assets = {
    version: '1',
    url: '/assets/manifest.js',
    entry: { module: '/assets/client.js', imports: [] },
    routes: Object.fromEntries(Object.entries(routes).map(([id, { module, ...route }]) => [id, {
        ...route,
        module: `/assets/${id}.js`,
        hasLoader: 'loader' in module,
        hasAction: 'action' in module,
        hasErrorBoundary: false,
    }])),
};
const manifest = `window.__remixManifest=${JSON.stringify(assets)};`;

function render(request, status, headers, context, loadContext) {
    auth.handleRequest(headers, loadContext);
    headers.set('content-type', 'text/html');
    const html = renderToString(createElement(RemixServer, { context, url: request.url }));
    return new Response(`<!doctype html>${html}`, { status, headers });
}
// Requests for data have no document, and set the cookies all the same.
function handleDataRequest(response, { context }) {
    auth.handleRequest(response.headers, context);
    return response;
}
const handle = createRequestHandler({
    entry: { module: { default: render, handleDataRequest } },
    routes,
    assets,
    basename: '/',
    publicPath: '/assets/',
    assetsBuildDirectory: 'build/assets',
    future: {},
    isSpaMode: false,
    mode: 'production',
}, 'production');

const port = Number(process.argv[2]);
async function serve(incoming, outgoing) {
    const asset = /^\/assets\/([\w-]+\.js)$/.exec(incoming.url);
    if (asset) {
        outgoing.setHeader('content-type', 'text/javascript');
        const text = asset[1] === 'manifest.js' ? manifest : readFile(new URL(`build/assets/${asset[1]}`, import.meta.url));
        return outgoing.end(await text);
    }
    const chunks = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const hasBody = !['GET', 'HEAD'].includes(incoming.method);
    const request = new Request(`http://${incoming.headers.host}${incoming.url}`, {
        method: incoming.method,
        headers: Object.entries(incoming.headers).filter(([, value]) => typeof value === 'string'),
        body: hasBody ? Buffer.concat(chunks) : undefined,
    });
    const response = await handle(request, {});
    outgoing.statusCode = response.status;
    for (const [name, value] of response.headers) outgoing.appendHeader(name, value);
    return outgoing.end(Buffer.from(await response.arrayBuffer()));
}
createServer((incoming, outgoing) => serve(incoming, outgoing).catch((error) => {
    console.error(error);
    outgoing.writeHead(500).end();
})).listen(port, '127.0.0.1', () => console.log('ready'));
