import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

// The packages are one folder up, beside those of the other judges.
const root = dirname(dirname(fileURLToPath(import.meta.url)));

export default {
    outputFileTracingRoot: root,
    turbopack: { root },
    // Node finds none of the modules that the package imports from Next as `next/navigation`, without an extension.
    transpilePackages: ['@propelauth/nextjs'],
    poweredByHeader: false,
};
