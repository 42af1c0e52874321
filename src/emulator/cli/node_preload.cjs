// Sends what is meant for PropelAuth's backend API to the emulator; all else goes where it went,
// and fails as it failed.
// Written by `propelauth-dev node-preload`, for `node --require`.
'use strict';

const http = require('node:http');
const https = require('node:https');
const { syncBuiltinESMExports } = require('node:module');
const { urlToHttpOptions } = require('node:url');

const emulator = process.env.PROPELAUTH_EMULATOR_URL || __URL__;
const backend = new URL('https://propelauth-api.com');

// No URL, where plain Node has to say what is wrong with the text.
function parsed(text) {
    try {
        return new URL(text);
    } catch {
        return undefined;
    }
}

const there = parsed(emulator);
if (there?.protocol !== 'http:') {
    throw new Error(`PROPELAUTH_EMULATOR_URL is no http URL: ${emulator}`);
}

function urlOf(input) {
    try {
        return parsed(input instanceof Request ? input.url : String(input));
    } catch {
        return undefined;
    }
}

const original = globalThis.fetch;
if (typeof original === 'function') {
    globalThis.fetch = function fetch(input, init = undefined) {
        const url = urlOf(input);
        // Node refuses a URL with a password in it.
        if (url?.origin !== backend.origin || url.username || url.password) {
            return original.apply(this, arguments);
        }
        const target = there.origin + url.pathname + url.search;
        try {
            const isRequest = input instanceof Request;
            return original.call(this, isRequest ? new Request(target, input) : target, init);
        } catch (error) {
            return Promise.reject(error);
        }
    };
}

// The arguments for `http` in place of those for `https`, if they name the backend API.
function redirected(args) {
    let [first, ...rest] = args;
    let options = {};
    if (typeof first === 'string' || first instanceof URL) {
        const url = typeof first === 'string' ? parsed(first) : first;
        if (url === undefined) {
            return undefined;
        }
        options = urlToHttpOptions(url);
        first = typeof rest[0] === 'function' ? undefined : rest.shift();
    }
    options = { ...options, ...first };
    const { protocol = 'https:', socketPath, port, defaultPort } = options;
    const host = options.hostname || options.host;
    const isBackend =
        protocol === 'https:' &&
        !socketPath &&
        typeof host === 'string' &&
        host.toLowerCase() === backend.hostname &&
        Number(port || defaultPort || 443) === 443;
    if (!isBackend) {
        return undefined;
    }
    for (const name of ['host', 'agent', 'createConnection', 'defaultPort', 'lookup', 'family']) {
        delete options[name];
    }
    options.protocol = 'http:';
    options.hostname = there.hostname.replace(/^\[|\]$/g, '');
    options.port = there.port || 80;
    return [options, ...rest];
}

for (const name of ['request', 'get']) {
    const plain = https[name];
    https[name] = function (...args) {
        const ours = redirected(args);
        return ours ? http[name](...ours) : plain.apply(this, args);
    };
}
syncBuiltinESMExports();
