'use strict';
// Cases, what became of each, and the table of them.

const fs = require('node:fs');

// The statuses of the replies that the SDK saw during the case at hand.
const statuses = [];

// Wrapped after `--require preload.cjs`, so that it records what really went out.
const original = globalThis.fetch;
globalThis.fetch = async function fetch(...args) {
    const response = await original.apply(this, args);
    statuses.push(response.status);
    return response;
};

class Table {
    constructor(sdk) {
        this.sdk = sdk;
        this.rows = [];
    }

    /** Runs a case; whatever goes wrong in it is its result and stops nothing else. */
    async case(operation, what, body) {
        statuses.length = 0;
        let result = 'ok';
        let reason = '';
        try {
            await body();
        } catch (error) {
            result = 'FAIL';
            const line = /(?:operations|express|webhooks)\.cjs:(\d+)/.exec(error.stack ?? '')?.[1];
            const text = String(error.message ?? error).replace(/\s+/g, ' ');
            const fields = error.fieldToErrors ? JSON.stringify(error.fieldToErrors) : '';
            reason = `${error.name}: ${text} ${fields} (line ${line}, statuses ${statuses})`;
        }
        if (statuses.includes(501)) {
            [result, reason] = ['not served yet', ''];
        }
        this.rows.push({ operation, what, result, reason });
    }

    /** Prints the table and leaves the counts for the caller. */
    finish(everyOperation = []) {
        const seen = new Set(this.rows.map((row) => row.operation));
        for (const operation of everyOperation.filter((it) => !seen.has(it))) {
            this.rows.push({ operation, what: '', result: 'FAIL', reason: 'there is no case for it' });
        }
        console.log(`\n${this.sdk}`);
        for (const { operation, what, result, reason } of this.rows) {
            console.log(`  ${result.padEnd(14)}  ${operation.padEnd(40)} ${what}  ${reason}`.trimEnd());
        }
        const count = (wanted) => this.rows.filter((row) => row.result === wanted).length;
        const counts = {
            passed: count('ok'),
            failed: count('FAIL'),
            missing: count('not served yet'),
        };
        console.log(`${this.sdk}: ${JSON.stringify(counts)}`);
        fs.appendFileSync(process.env.CONFORMANCE_COUNTS, JSON.stringify(counts) + '\n');
    }
}

/** Returns what a call throws, at once or later, which it must. */
async function failure(call) {
    let result;
    try {
        result = await call();
    } catch (error) {
        return error;
    }
    throw new Error(`expected a failure, got ${JSON.stringify(result)}`);
}

/** Checks the class of an error. The SDK is minified nowhere, so that its name tells. */
function named(error, ...names) {
    if (!names.includes(error.constructor.name)) {
        throw new Error(`expected ${names}, got ${error.constructor.name}: ${error.message}`);
    }
}

/** Checks that the SDK was told which fields are wrong. */
function refusedFields(error, ...fields) {
    const told = error.fieldToErrors ?? error.message;
    for (const field of fields) {
        const isTold = typeof told === 'string' ? told.includes(field) : field in told;
        if (!isTold) {
            throw new Error(`${field} is not told in ${JSON.stringify(told)}`);
        }
    }
}

module.exports = { Table, failure, named, refusedFields, statuses };
