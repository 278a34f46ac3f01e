// Builds the page of the inspector to dist/page/: three files, minified, with nothing inline.
import { copyFileSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const page = join(root, 'page');
const dist = join(root, 'dist/page');

/** Builds it, and returns esbuild's account of what is in it. */
export async function buildPage() {
  mkdirSync(dist, { recursive: true });
  const { metafile } = await build({
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
    metafile: true,
  });
  copyFileSync(join(page, 'index.html'), join(dist, 'index.html'));
  return metafile;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildPage();
