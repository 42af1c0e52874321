// Sends what is meant for PropelAuth's backend API to the emulator; all else goes where it went.
// Written by `propelauth-dev node-preload`, for `node --require`.
'use strict';

const emulator = process.env.PROPELAUTH_EMULATOR_URL || __URL__;
const backend = 'https://propelauth-api.com';
const original = globalThis.fetch;

globalThis.fetch = function fetch(input, init) {
    const isRequest = typeof Request === 'function' && input instanceof Request;
    const url = new URL(isRequest ? input.url : String(input), backend);
    if (url.origin !== backend) {
        return original.call(this, input, init);
    }
    const there = emulator + url.pathname + url.search;
    return original.call(this, isRequest ? new Request(there, input) : there, init);
};
