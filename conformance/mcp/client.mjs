// The official TypeScript client against an MCP server: discovery, registration, login, consent, a tool, a step-up.
//
//     node client.mjs URL
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { UnauthorizedError } from '@modelcontextprotocol/sdk/client/auth.js';

const url = new URL(process.argv[2]);
const redirectUrl = 'http://127.0.0.1:39999/callback';

/** What a program keeps of its authorization, and a browser that is walked through the forms. */
class Provider {
  asked = [];
  redirectUrl = redirectUrl;
  clientMetadata = {
    client_name: 'TypeScript judge',
    redirect_uris: [redirectUrl],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: 'none',
  };
  state() { return 'the-state'; }
  clientInformation() { return this.client; }
  saveClientInformation(client) { this.client = client; }
  tokens() { return this.saved; }
  saveTokens(tokens) { this.saved = tokens; }
  saveCodeVerifier(verifier) { this.verifier = verifier; }
  codeVerifier() { return this.verifier; }
  redirectToAuthorization(to) {
    this.asked.push(to);
    const walk = fileURLToPath(new URL('walk.py', import.meta.url));
    const scopes = (to.searchParams.get('scope') ?? '').split(' ');
    const answer = new URL(execFileSync('python3', [walk, to.href, ...scopes], { encoding: 'utf8' }).trim());
    assert.equal(answer.searchParams.get('state'), 'the-state');
    assert.equal(answer.searchParams.get('iss'), `${to.origin}/oauth/2.1`);
    this.code = answer.searchParams.get('code');
    assert.ok(this.code, answer.href);
  }
}

const provider = new Provider();
const connect = async () => {
  const transport = new StreamableHTTPClientTransport(url, { authProvider: provider });
  const client = new Client({ name: 'judge', version: '1.0.0' });
  try {
    await client.connect(transport);
  } catch (error) {
    if (!(error instanceof UnauthorizedError)) throw error;
    return { transport };
  }
  return { client, transport };
};
const text = async (client, name) => (await client.callTool({ name, arguments: {} })).content[0].text;

// Without a token: the challenge leads to the login.
const first = await connect();
assert.equal(first.client, undefined);
assert.equal(provider.asked.length, 1);
const asked = provider.asked[0].searchParams;
assert.equal(asked.get('scope'), 'notes:read');
assert.equal(asked.get('resource'), url.href);
assert.equal(asked.get('code_challenge_method'), 'S256');
await first.transport.finishAuth(provider.code);
assert.equal(provider.saved.scope, 'notes:read');

const { client, transport } = await connect();
assert.deepEqual((await client.listTools()).tools.map((tool) => tool.name), ['read_notes', 'add_note', 'delete_notes']);
assert.equal(await text(client, 'read_notes'), 'the notes of alice@example.com');
console.log('TypeScript: discovery, registration, login, consent, token, tool');

// A tool needs one more scope: the client asks the user for both.
// With a refresh token it would refresh in place of that, and give up after the second 403.
const before = provider.saved.access_token;
delete provider.saved.refresh_token;
await assert.rejects(text(client, 'add_note'), UnauthorizedError);
assert.equal(provider.asked.length, 2);
assert.deepEqual(provider.asked[1].searchParams.get('scope').split(' ').sort(), ['notes:read', 'notes:write']);
await transport.finishAuth(provider.code);
assert.notEqual(provider.saved.access_token, before);
assert.equal(await text(client, 'add_note'), 'added');
assert.equal(await text(client, 'delete_notes'), 'deleted the notes of Acme Inc');
console.log('TypeScript: insufficient scope, step-up, and an organization');

// A refresh: the token that was good once is replaced.
const refreshed = provider.saved.refresh_token;
provider.saved = { ...provider.saved, access_token: 'not-a-token' };
const again = await connect();
assert.ok(again.client, 'the client refreshed by itself');
assert.notEqual(provider.saved.refresh_token, refreshed);
assert.equal(provider.asked.length, 2);
assert.equal(await text(again.client, 'read_notes'), 'the notes of alice@example.com');
console.log('TypeScript: refresh');
