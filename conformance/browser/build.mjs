// Builds what browsers load: a bundle for each page in `spa`, and both halves of the application in `remix`.
import { readFile, rm, writeFile } from 'node:fs/promises';
import { build } from 'esbuild';

const options = {
    bundle: true,
    jsx: 'automatic',
    logLevel: 'warning',
    minify: true,
    define: { 'process.env.NODE_ENV': '"production"' },
};

await rm('spa/build', { recursive: true, force: true });
const pages = ['javascript.js', 'react.jsx', 'frontend-apis.js', 'frontend-apis-react.jsx', 'tab.js'];
await build({ ...options, entryPoints: pages.map((page) => `spa/${page}`), outdir: 'spa/build' });
const html = await readFile('spa/page.html', 'utf8');
for (const page of pages) {
    const name = page.replace(/\.jsx?$/, '');
    await writeFile(`spa/build/${name}.html`, html.replaceAll('NAME', name));
}

await rm('remix/build', { recursive: true, force: true });
const routes = ['root', 'home', 'open'].map((route) => `remix/app/${route}.jsx`);
await build({
    ...options, entryPoints: [...routes, 'remix/app/auth.js', 'remix/app/client.jsx'], outdir: 'remix/build/assets', format: 'esm',
    splitting: true, chunkNames: '[name]-[hash]',
});
await build({ ...options, entryPoints: routes, outdir: 'remix/build/server', format: 'esm', packages: 'external' });
