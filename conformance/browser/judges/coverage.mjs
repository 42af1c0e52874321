// Compares the answers that the judges saw with those that `@propelauth/frontend-apis` knows: each success and each
// error code of each call has to be seen, or be listed here with the reason why nothing causes it.
import { readFileSync } from 'node:fs';
import { CALLS } from './frontend_apis.mjs';

const CANNOT = {
    'updateEmail email_send_failure': 'the emulator sends no email that could fail',
    'verifyMfaForLogin account_disabled': 'disabling a user ends the logins that wait for a code',
    'verifyMfaBackupCodeForLogin account_disabled': 'disabling a user ends the logins that wait for a code',
};

const seen = new Set(readFileSync(process.env.FRONTEND_APIS_SEEN, 'utf8').split('\n'));
const all = [...CALLS].flatMap(([name, codes]) => ['ok', ...codes.keys()].map((outcome) => `${name} ${outcome}`));
const missing = all.filter((it) => !seen.has(it) && !(it in CANNOT));
const wrong = Object.keys(CANNOT).filter((it) => seen.has(it) || !all.includes(it));
for (const it of missing) console.error(`no judge saw: ${it}`);
for (const it of wrong) console.error(`is said to be impossible, and is seen or unknown: ${it}`);
console.log(`@propelauth/frontend-apis: ${CALLS.size} calls, ${all.length - missing.length} of ${all.length} answers seen or explained`);
process.exitCode = Number(missing.length + wrong.length > 0);
