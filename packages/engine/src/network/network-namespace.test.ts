import { buildSync } from 'esbuild';
import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { skipWithout } from '../testing/missing-part.ts';
import { scratchFolder, type ScratchFolder } from '../testing/scratch-folder.ts';

/** A network of its own, which an ordinary user may have too. */
const OWN_NETWORK = ['--user', '--map-root-user', '--net'];
const LINE = ['link', 'add', 'hf0', 'type', 'veth', 'peer', 'name', 'hf1'];
const PATIENT = { timeout: 90_000 };

const PROGRAM = `
import { networkChange$ } from './network-change.ts';
networkChange$({ lookMs: 100 }).subscribe((change) => console.log(change));
console.log('watching');
`;

function canMakeNetworks(): boolean {
  return spawnSync('unshare', [...OWN_NETWORK, 'ip', ...LINE]).status === 0;
}

function buildProgram(outfile: string): void {
  buildSync({
    stdin: { contents: PROGRAM, resolveDir: import.meta.dirname },
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    conditions: ['source'],
    logLevel: 'error',
  });
}

describe.skipIf(skipWithout('a network namespace', canMakeNetworks()))('a real process', () => {
  let folder: ScratchFolder;
  let watcher: ChildProcess;
  let lines: Interface;
  let told: string[];

  beforeEach(async () => {
    folder = scratchFolder();
    told = [];
    buildProgram(folder.file('watcher.cjs'));
    const words = [...OWN_NETWORK, process.execPath, folder.file('watcher.cjs')];
    watcher = spawn('unshare', words, { stdio: ['ignore', 'pipe', 'inherit'] });
    lines = createInterface({ input: watcher.stdout! }).on('line', (line) => told.push(line));
    await once(lines, 'line');
  });

  afterEach(() => {
    watcher.kill('SIGKILL');
    lines.close();
    folder.remove();
  });

  function ip(...words: string[]): void {
    const into = ['-t', String(watcher.pid), '-U', '--preserve-credentials', '-n'];
    execFileSync('nsenter', [...into, 'ip', ...words], { stdio: ['ignore', 'ignore', 'inherit'] });
  }

  test('notices addresses and default routes that come and go', async () => {
    ip(...LINE);
    ip('link', 'set', 'hf1', 'up');
    ip('link', 'set', 'hf0', 'up');
    ip('address', 'add', '10.200.0.1/24', 'dev', 'hf0');
    await expect.poll(() => told, PATIENT).toEqual(['watching', 'addresses-changed']);
    ip('route', 'add', 'default', 'via', '10.200.0.2');
    await expect.poll(() => told.slice(2), PATIENT).toEqual(['route-changed']);
    ip('route', 'replace', 'default', 'via', '10.200.0.3');
    await expect.poll(() => told.slice(3), PATIENT).toEqual(['route-changed']);
    ip('link', 'set', 'hf0', 'down');
    await expect.poll(() => told.slice(4), PATIENT).toEqual(['addresses-changed']);
  });

  test('notices a default route of IPv6', async () => {
    ip(...LINE);
    ip('link', 'set', 'hf1', 'up');
    ip('link', 'set', 'hf0', 'up');
    ip('-6', 'address', 'add', 'fd00:1::1/64', 'dev', 'hf0', 'nodad');
    await expect.poll(() => told, PATIENT).toEqual(['watching', 'addresses-changed']);
    ip('-6', 'route', 'add', 'default', 'via', 'fd00:1::2');
    await expect.poll(() => told.slice(2), PATIENT).toEqual(['route-changed']);
  });
});
