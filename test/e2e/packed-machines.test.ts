import {
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createContext, runInContext } from 'node:vm';
import { build } from 'esbuild';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const MACHINES = fileURLToPath(new URL('../../machines/', import.meta.url));

/** A folder of a user who installed the packed package, and xstate. */
let home: string;
let installed: string;
let files: readonly string[];

beforeAll(async () => {
  home = await realpath(await mkdtemp(join(tmpdir(), 'holdfast-packed-')));
  installed = join(home, 'node_modules', '@holdfast', 'machines');
  await mkdir(installed, { recursive: true });
  await execa('pnpm', ['pack', '--pack-destination', home], { cwd: MACHINES });
  const [tarball] = (await readdir(home)).filter((name) => name.endsWith('.tgz'));
  await execa('tar', ['-xzf', join(home, tarball!), '-C', installed, '--strip-components=1']);

  const xstate = createRequire(join(MACHINES, 'package.json')).resolve('xstate/package.json');
  await symlink(await realpath(dirname(xstate)), join(home, 'node_modules', 'xstate'));
  const entries = await readdir(installed, { recursive: true, withFileTypes: true });
  files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(installed.length + 1));
});

afterAll(() => rm(home, { recursive: true, force: true }));

/** What a user of the package might write: a tunnel with a played ssh, under a virtual clock. */
const SCRIPT = `
import { createVirtualClock, tunnelMachine, tunnelState } from '@holdfast/machines';
import { createActor, fromCallback } from 'xstate';

const clock = createVirtualClock();
let tell;
const sshChild = fromCallback(({ input, sendBack, receive }) => {
  tell = sendBack;
  sendBack({ type: 'child.spawned', pid: input.start, atMs: clock.now() });
  receive(() => sendBack({ type: 'child.exited', status: 0, signal: null, atMs: clock.now() }));
});
const heartbeat = fromCallback(({ sendBack, receive }) => {
  receive(() => sendBack({ type: 'heartbeat.answered' }));
});
const machine = tunnelMachine.provide({ actors: { sshChild, heartbeat } });
const input = { hasHeartbeat: true, firstPollSeconds: 60 };
const tunnel = createActor(machine, { input, clock });
const states = [];
tunnel.subscribe((snapshot) => {
  const state = tunnelState(snapshot);
  if (state !== states.at(-1)) states.push(state);
});
tunnel.start();
clock.advance(60_000);
tell({ type: 'child.exited', status: 255, signal: null, atMs: clock.now() });
tunnel.send({ type: 'tunnel.stop' });
console.log(JSON.stringify({ states, end: tunnel.getSnapshot().output }));
`;

const EXPECTED = {
  states: ['gating', 'connecting', 'probing', 'healthy', 'connecting', 'stopping', 'stopped'],
  end: { class: 'operator-stop', exitStatus: 1, sentence: 'it was told to stop' },
};

describe('the packed package of the machines', () => {
  test('runs by itself in plain Node', async () => {
    const script = join(home, 'script.mjs');
    await writeFile(script, SCRIPT);
    const { stdout, stderr } = await execa(process.execPath, [script], { cwd: home });
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual(EXPECTED);
  });

  test('runs in a place that has nothing but the language: no Node, no page, no timers', async () => {
    const entry = join(home, 'bundle.mjs');
    await writeFile(entry, SCRIPT);
    const { outputFiles, warnings } = await build({
      entryPoints: [entry],
      bundle: true,
      platform: 'browser',
      format: 'iife',
      write: false,
      logLevel: 'silent',
    });
    expect(warnings).toEqual([]);

    const lines: string[] = [];
    const console = { log: (line: string) => lines.push(line), error: fail, warn: fail };
    runInContext(outputFiles[0]!.text, createContext({ console }), { timeout: 90_000 });
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([EXPECTED]);
  });

  test('holds the built files, the README and the licence, and no tests or sources', () => {
    expect(files).toEqual(
      expect.arrayContaining(['package.json', 'README.md', 'dist/index.js', 'dist/index.d.ts']),
    );
    const strangers = files.filter(
      (file) => !/^(package\.json|README\.md|LICENSE|dist\/[\w./-]+\.(js|d\.ts))$/.test(file),
    );
    expect(strangers).toEqual([]);
    expect(files.filter((file) => /test|src|scripts|tsbuildinfo/.test(file))).toEqual([]);
  });

  test('imports nothing but xstate and itself', async () => {
    const specifiers = new Set<string>();
    for (const file of files.filter((name) => /\.(js|d\.ts)$/.test(name))) {
      const text = await readFile(join(installed, file), 'utf8');
      const found = text.matchAll(
        /(?:\bfrom\s*|\bimport\s*\(?\s*|\brequire\s*\(\s*)(['"])(.+?)\1/g,
      );
      for (const [, , specifier] of found) specifiers.add(specifier!);
    }
    const foreign = [...specifiers].filter((specifier) => !/^\.\.?\//.test(specifier));
    expect(foreign).toEqual(['xstate']);
    expect(specifiers.size).toBeGreaterThan(10);
  });

  test('names the versions of xstate that it takes', async () => {
    const manifest = JSON.parse(await readFile(join(installed, 'package.json'), 'utf8')) as {
      readonly dependencies: unknown;
    };
    expect(manifest.dependencies).toEqual({ xstate: expect.stringMatching(/^\^5\.\d+\.\d+$/) });
  });
});

function fail(...words: unknown[]): never {
  throw new Error(words.join(' '));
}
