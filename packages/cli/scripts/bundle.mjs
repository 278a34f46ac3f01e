// Bundles the two programs to dist/: one minified file each, with rxjs tree-shaken and compiled code ahead.
import { execFileSync } from 'node:child_process';
import { chmodSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const dist = join(root, 'dist');
/** Built aside and moved into place at the end: a linked autossh is hardly ever missing. */
const fresh = join(root, 'dist.new');

const options = {
  absWorkingDir: root,
  bundle: true,
  minify: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  conditions: ['source'],
  // Under the condition "node" both libraries give CommonJS builds, which cannot be shaken (rxjs: 147 KB instead of 18).
  alias: {
    rxjs: join(root, 'node_modules/rxjs/dist/esm/index.js'),
    xstate: join(root, 'node_modules/xstate/dist/xstate.esm.js'),
  },
  define: { 'process.env.NODE_ENV': '"production"' },
  logLevel: 'warning',
};

function executable(path) {
  chmodSync(path, 0o755);
}

/** Wraps a CommonJS file into one function, as the loader wants it. */
function wrap(path) {
  writeFileSync(
    path,
    `(function(exports,require,module){${readFileSync(path, 'latin1')}\n})`,
    'latin1',
  );
}

const banner = { js: '#!/usr/bin/env node' };

rmSync(fresh, { recursive: true, force: true });
await build({
  ...options,
  entryPoints: ['src/autossh/loader.ts'],
  outfile: 'dist.new/autossh.js',
  banner,
});
await build({
  ...options,
  entryPoints: ['src/autossh/main.ts'],
  outfile: 'dist.new/autossh-main.cjs',
});
await build({
  ...options,
  entryPoints: ['src/holdfast/main.ts'],
  outfile: 'dist.new/holdfast.js',
  banner,
});
wrap(join(fresh, 'autossh-main.cjs'));
execFileSync(process.execPath, [
  join(root, 'scripts/compile-ahead.mjs'),
  join(fresh, 'autossh-main.cjs'),
  join(fresh, 'autossh-main.cache'),
]);
// The package is ESM, but CommonJS starts sooner.
writeFileSync(join(fresh, 'package.json'), '{ "type": "commonjs" }\n');
executable(join(fresh, 'autossh.js'));
executable(join(fresh, 'holdfast.js'));
rmSync(dist, { recursive: true, force: true });
renameSync(fresh, dist);
