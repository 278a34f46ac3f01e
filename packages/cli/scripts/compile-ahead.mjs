// Runs autossh once with a program that ends at once, and keeps what V8 compiled on the way: node compile-ahead.mjs PROGRAM CACHE
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Script } from 'node:vm';

const [, , program, cache] = process.argv;

process.argv = [process.execPath, program, '-M', '0', 'nowhere'];
for (const name of Object.keys(process.env)) {
  if (name.startsWith('AUTOSSH_')) delete process.env[name];
}
Object.assign(process.env, {
  AUTOSSH_PATH: '/bin/true',
  AUTOSSH_GATETIME: '0',
  AUTOSSH_LOGFILE: '/dev/null',
});

const script = new Script(readFileSync(program, 'latin1'), { filename: program });
const loaded = { exports: {} };
process.on('exit', () => writeFileSync(cache, script.createCachedData()));
script.runInThisContext()(loaded.exports, createRequire(program), loaded);
loaded.exports.main({ release: () => [] });
