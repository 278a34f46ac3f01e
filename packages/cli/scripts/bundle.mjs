// Bundles the two programs to dist/: minified files, with rxjs tree-shaken and compiled code ahead. The inspector's page goes beside them.
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { buildPage } from '../../inspector/scripts/build-page.mjs';
import { buildStatelyPage } from '../../inspector/scripts/build-stately.mjs';
import { writeNotices } from './notices.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const dist = join(root, 'dist');
/** Built aside and moved into place at the end: a linked autossh is hardly ever missing. */
const fresh = join(root, 'dist.new');

const { engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
/** The least version of Node. */
const NODE_WANTED = engines.node.replace('>=', '');
/** What a program begins with: for sh, which becomes node; for JavaScript a comment. */
const LAUNCHER = readFileSync(join(root, 'scripts/launcher.sh'), 'utf8')
  .trimEnd()
  .replace('NODE_WANTED', NODE_WANTED);

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
  define: { 'process.env.NODE_ENV': '"production"', NODE_WANTED: JSON.stringify(NODE_WANTED) },
  // Compiled code ahead is a script of node:vm, in which import() fails: what is loaded late is required.
  supported: { 'dynamic-import': false },
  logLevel: 'warning',
  metafile: true,
};

/** The small files that start the programs: sh reads them first, then Node. */
const LOADERS = { autossh: 'src/autossh/loader.ts', holdfast: 'src/holdfast/bundles/loader.ts' };

const HOLDFAST = './src/holdfast/bundles/programs.ts';

/** The programs proper: what each bundle exports, of which file, and the words with which each program is run once to keep what V8 compiled. */
const PROGRAMS = {
  'autossh-main': { exports: { './src/autossh/main.ts': 'main' }, words: ['-M', '0', 'nowhere'] },
  'holdfast-client': { exports: { [HOLDFAST]: 'client as main' }, words: ['status'] },
  'holdfast-file': { exports: { [HOLDFAST]: 'file as main' }, words: ['config', 'show'] },
  'holdfast-supervisor': {
    exports: { [HOLDFAST]: 'supervisor as main' },
    words: ['supervise', '--help'],
  },
  'holdfast-inspector': {
    exports: { [HOLDFAST]: 'inspector as main, openFleetInspector' },
    words: ['chart'],
  },
  // Not a program: a supervisor that is to answer over HTTP loads it.
  'holdfast-monitor': {
    exports: { './src/holdfast/monitor/open-monitor.ts': 'openMonitor' },
  },
};

/** Wraps a CommonJS file into one function, as the loader wants it. */
function wrap(path) {
  writeFileSync(
    path,
    `(function(exports,require,module){${readFileSync(path, 'latin1')}\n})`,
    'latin1',
  );
}

async function bundleLoader(name, source) {
  const outfile = join(fresh, `${name}.js`);
  const { metafile } = await build({
    ...options,
    entryPoints: [source],
    outfile,
    banner: { js: LAUNCHER },
    // So that a Node that is too old can read that it is.
    target: 'es2015',
  });
  chmodSync(outfile, 0o755);
  return metafile;
}

async function bundleProgram(name, { exports, words }) {
  const outfile = join(fresh, `${name}.cjs`);
  const lines = Object.entries(exports).map(
    ([file, names]) => `export { ${names} } from '${file}';`,
  );
  const { metafile } = await build({
    ...options,
    stdin: { contents: lines.join('\n'), resolveDir: root },
    outfile,
  });
  wrap(outfile);
  if (words === undefined) return metafile;
  const ahead = join(root, 'scripts/compile-ahead.mjs');
  execFileSync(process.execPath, [ahead, outfile, join(fresh, `${name}.cache`), ...words], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return metafile;
}

const inspector = join(root, '../inspector');

/** Puts the pages of the inspector where the supervisor looks for them, with each file compressed beside it. */
async function copyPages() {
  const metafiles = [await buildPage(), await buildStatelyPage()];
  const from = join(inspector, 'dist/page');
  const to = join(fresh, 'page');
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(from)) {
    const bytes = readFileSync(join(from, name));
    writeFileSync(join(to, name), bytes);
    writeFileSync(join(to, `${name}.gz`), gzipSync(bytes, { level: 9 }));
  }
  return metafiles;
}

rmSync(fresh, { recursive: true, force: true });
const programs = [];
for (const [name, source] of Object.entries(LOADERS)) {
  programs.push(await bundleLoader(name, source));
}
for (const [name, program] of Object.entries(PROGRAMS)) {
  programs.push(await bundleProgram(name, program));
}
const pages = await copyPages();
writeNotices(join(fresh, 'THIRD-PARTY.txt'), [
  { root, metafiles: programs },
  { root: inspector, metafiles: pages },
]);
// The package is ESM, but CommonJS starts sooner.
writeFileSync(join(fresh, 'package.json'), '{ "type": "commonjs" }\n');
rmSync(dist, { recursive: true, force: true });
renameSync(fresh, dist);
