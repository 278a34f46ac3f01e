// Builds the page of the inspector to dist/page/: three files, minified, with nothing inline.
import { copyFileSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const page = join(root, 'page');
const dist = join(root, 'dist/page');

mkdirSync(dist, { recursive: true });
await build({
  absWorkingDir: root,
  entryPoints: [
    { in: join(page, 'main.tsx'), out: 'page' },
    { in: join(page, 'styles/page.css'), out: 'page' },
  ],
  outdir: dist,
  bundle: true,
  minify: true,
  format: 'esm',
  platform: 'browser',
  // The first versions with `light-dark()` and `:has()`.
  target: ['chrome123', 'firefox121', 'safari17.5'],
  conditions: ['source'],
  jsx: 'automatic',
  jsxImportSource: 'preact',
  // Characters beyond ASCII take fewer bytes as they are; the file is sent as UTF-8.
  charset: 'utf8',
  define: { 'process.env.NODE_ENV': '"production"' },
  logLevel: 'warning',
});
copyFileSync(join(page, 'index.html'), join(dist, 'index.html'));
