// The page for Stately's inspector, beside the inspector's own: stately.html, stately.js, stately.css.
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const source = fileURLToPath(new URL('../page/stately/', import.meta.url));
const target = fileURLToPath(new URL('../dist/page/', import.meta.url));

/**
 * Builds it, and returns esbuild's account of what is in it.
 *
 * @param {string} [outdir] where the files go; by default to the other files of the page
 */
export async function buildStatelyPage(outdir = target) {
  mkdirSync(outdir, { recursive: true });
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: { stately: `${source}main.ts` },
    outdir,
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    legalComments: 'none',
    metafile: true,
  });
  for (const name of ['stately.html', 'stately.css'])
    copyFileSync(join(source, name), join(outdir, name));
  return metafile;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildStatelyPage(process.argv[2]);
