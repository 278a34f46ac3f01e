import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/**
 * A source of this package as it is now, whatever was built last.
 *
 * @param {string} path such as `src/index.ts`
 */
export async function loadSource(path) {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(`../${path}`, import.meta.url))],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    conditions: ['source'],
  });
  const code = Buffer.from(outputFiles[0].contents).toString('base64');
  return import(`data:text/javascript;base64,${code}`);
}
