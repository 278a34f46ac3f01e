import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { basename, delimiter, dirname } from 'node:path';
import { firstValueFrom } from 'rxjs';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { buildProgram, launchElsewhere, type Elsewhere } from '../testing/launch-elsewhere.ts';
import type { LaunchOrder } from '../testing/launching-program.ts';
import { LAUNCHER_NAMES, LAUNCHERS, type LauncherName } from '../testing/launchers.ts';
import { skipWithout } from '../testing/missing-part.ts';
import { isRunning, kill } from '../testing/processes.ts';
import { scratchFolder } from '../testing/scratch-folder.ts';
import type { SshCommand } from './command.ts';
import { launchedChild, type Launch, type LaunchedChild } from './launch.ts';

const PATIENT = { timeout: 90_000 };
const folder = scratchFolder();
const launchingProgram = folder.file('launching-program.mjs');
const pids: number[] = [];

beforeAll(() => buildProgram('launching-program.ts', launchingProgram));
afterEach(() => {
  vi.unstubAllEnvs();
  for (const pid of pids.splice(0)) kill(pid);
});
afterAll(() => folder.remove());

/** A program that tells what it was given: its words, its own name, and its environment. */
const TELLER = `#!${process.execPath}
require('node:fs').writeFileSync(process.argv[2], JSON.stringify({ argv0: process.argv0, words: process.argv.slice(3), env: process.env }));
`;

interface Told {
  readonly argv0: string;
  readonly words: readonly string[];
  readonly env: Record<string, string>;
}

function sh(script: string, more: Partial<SshCommand> = {}): SshCommand {
  return { file: '/bin/sh', args: ['-c', script], ...more };
}

function launched(launch: Launch, command: SshCommand): LaunchedChild {
  const child = launch(command);
  if (child.pid !== undefined) pids.push(child.pid);
  return child;
}

function endOf(launch: Launch, command: SshCommand) {
  return firstValueFrom(launched(launch, command).ended$);
}

/** A launching program that this file ends if need be. */
function elsewhere(order: LaunchOrder, limits?: string): Elsewhere {
  const run = launchElsewhere(launchingProgram, order, limits);
  pids.push(run.program.pid!);
  return run;
}

/** What the teller was given when it was launched with these words. */
async function told(launch: Launch, command: Omit<SshCommand, 'args'>, words: string[] = []) {
  const answer = folder.file('told.json');
  const teller = folder.program('teller.cjs', TELLER);
  const end = await endOf(launch, { ...command, args: [teller, answer, ...words] });
  expect(end).toEqual({ exit: { status: 0, signal: null } });
  return JSON.parse(readFileSync(answer, 'utf8')) as Told;
}

describe.each(LAUNCHER_NAMES)('%s', (name) => {
  const launch = LAUNCHERS[name];

  test.each([0, 1, 2, 3, 127, 128, 143, 254, 255])('reports exit status %i', async (status) => {
    const end = await endOf(launch, sh(`exit ${status}`));
    expect(end).toEqual({ exit: { status, signal: null } });
  });

  test.each(['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGKILL', 'SIGUSR1', 'SIGSEGV', 'SIGPIPE'] as const)(
    'reports death by %s',
    async (signal) => {
      const end = await endOf(launch, sh(`ulimit -c 0; kill -s ${signal.slice(3)} $$; sleep 9`));
      expect(end).toEqual({ exit: { status: null, signal } });
    },
  );

  test.each<[title: string, words: string[]]>([
    ['no words', []],
    ['blanks', ['a b', ' ', '  c  ']],
    ['quotes', [`it's`, '"x"', '`id`', '$HOME', '\\', '\\"']],
    ['newlines', ['a\nb', '\n']],
    ['empty words', ['', 'x', '']],
    ['UTF-8', ['größe', '日本', '🚇', 'e\u0301']],
    ['words for a shell', ['*', '~', ';', '|', '&&', '>x', '(']],
    ['words that look like options', ['--', '-x', '--pdeathsig', '-']],
    ['control characters', ['\u0001\t\r', '\u001b[31m']],
  ])('hands %s over as they are', async (_, words) => {
    expect((await told(launch, { file: process.execPath }, words)).words).toEqual(words);
  });

  test('gives the program its name as the user wrote it', async () => {
    vi.stubEnv('PATH', `${dirname(process.execPath)}${delimiter}${process.env['PATH']}`);
    const asPath = await told(launch, { file: process.execPath });
    const asWord = await told(launch, { file: basename(process.execPath) });
    expect([asPath.argv0, asWord.argv0]).toEqual([process.execPath, basename(process.execPath)]);
  });

  test('gives the program the environment of the command, and nothing more', async () => {
    const env = { ONE: 'a b\nc', EMPTY: '', PATH: '/usr/bin:/bin', GRÖSSE: 'ß' };
    expect((await told(launch, { file: process.execPath, env })).env).toEqual(env);
  });

  test('gives the program this environment, if the command has none', async () => {
    vi.stubEnv('HOLDFAST_UNIT', 'here');
    const { env } = await told(launch, { file: process.execPath });
    expect(env).toEqual({ ...process.env });
  });

  test.each<[title: string, command: () => Partial<SshCommand>, problem: string]>([
    ['a program that is missing', () => ({ file: '/no/ssh' }), 'No such file or directory'],
    [
      'a program that nobody may execute',
      () => ({ file: folder.program('data', 'exit 0', 0o644) }),
      'Permission denied',
    ],
    [
      'a word that is too long',
      () => ({ args: ['x'.repeat(4_000_000)] }),
      'Argument list too long',
    ],
  ])('calls %s unrunnable', async (_, command, problem) => {
    const child = launched(launch, { ...sh('exit 0', { survivesParent: true }), ...command() });
    expect(child.pid).toBeUndefined();
    expect(child.stderr).toBeNull();
    expect(() => child.signal('SIGTERM')).not.toThrow();
    expect(await firstValueFrom(child.ended$)).toEqual({ unrunnable: problem });
  });

  test('calls too many words unrunnable also when the system ties the child to its parent', async () => {
    const end = await endOf(launch, { file: '/bin/true', args: ['x'.repeat(4_000_000)] });
    expect(end).toEqual({ unrunnable: 'Argument list too long' });
  });

  test('does nothing when a child that has ended is signalled', async () => {
    const child = launched(launch, sh('exit 0'));
    await firstValueFrom(child.ended$);
    expect(() => child.signal('SIGKILL')).not.toThrow();
  });

  test('keeps stderr for itself unless it is to pass through this process', async () => {
    const child = launched(launch, sh('exit 0'));
    expect(child.stderr).toBeNull();
    await firstValueFrom(child.ended$);
  });

  test('lets stderr be read when it is to pass', async () => {
    const child = launched(launch, sh('printf "one\\ntwo" >&2; exit 4', { passesStderr: true }));
    let text = '';
    child.stderr!.on('data', (chunk: Buffer) => (text += chunk.toString()));
    expect(await firstValueFrom(child.ended$)).toEqual({ exit: { status: 4, signal: null } });
    await expect.poll(() => text, PATIENT).toBe('one\ntwo');
  });

  test('reports the exit though somebody else still holds stderr', async () => {
    const child = launched(launch, sh('sleep 60 & echo $! >&2; exit 255', { passesStderr: true }));
    let closed = false;
    let holder = '';
    child.stderr!.on('close', () => (closed = true));
    child.stderr!.on('data', (chunk: Buffer) => (holder += chunk.toString()));
    expect(await firstValueFrom(child.ended$)).toEqual({ exit: { status: 255, signal: null } });
    await expect.poll(() => holder, PATIENT).toMatch(/\n/);
    expect([closed, isRunning(Number(holder))]).toEqual([false, true]);
    kill(Number(holder));
    await expect.poll(() => closed, PATIENT).toBe(true);
  });

  test('lets the child have stdin, stdout and stderr', async () => {
    const run = elsewhere({
      launcher: name,
      command: sh('cat; echo words of ssh >&2'),
    });
    run.program.stdin!.end('from stdin');
    expect(await run.ended).toBe(0);
    expect([run.stdout(), run.stderr()]).toEqual(['from stdin', 'words of ssh\n']);
  });

  test('passes stderr on', async () => {
    const command = sh('echo words of ssh >&2; exit 3', { passesStderr: true });
    const run = elsewhere({ launcher: name, command });
    expect(await run.ended).toBe(0);
    expect(run.stderr()).toBe('words of ssh\n');
    expect(run.events.at(-1)).toMatchObject({ type: 'child.exited', status: 3 });
  });

  test('reads a passing stderr to its end though nobody reads ours', async () => {
    const command = sh('head -c 300000 /dev/zero >&2; exit 3', { passesStderr: true });
    const run = elsewhere({ launcher: name, command });
    run.program.stderr!.destroy();
    await expect
      .poll(() => run.events.at(-1), PATIENT)
      .toMatchObject({ type: 'child.exited', status: 3 });
    expect(await run.ended).toBe(0);
  });

  describe.skipIf(skipWithout('/usr/bin/setpriv', existsSync('/usr/bin/setpriv')))(
    'where the system ties a child to its parent',
    () => {
      test('the child ends with a parent that is killed', async () => {
        const run = await startSleeper(name, {});
        process.kill(run.program.pid!, 'SIGKILL');
        await expect.poll(() => isRunning(run.childPid), PATIENT).toBe(false);
      });

      test('a child that survives its parent is left alone', async () => {
        const run = await startSleeper(name, { survivesParent: true });
        process.kill(run.program.pid!, 'SIGKILL');
        await expect.poll(() => run.program.signalCode, PATIENT).toBe('SIGKILL');
        // A child that has to end with its parent would have been told before this one could have ended.
        const { pid } = spawn('/bin/true');
        await expect.poll(() => isRunning(pid!), PATIENT).toBe(false);
        expect(isRunning(run.childPid)).toBe(true);
      });
    },
  );
});

/** A child that has become its program, and does not end by itself soon. */
async function startSleeper(
  launcher: LauncherName,
  more: Partial<SshCommand>,
): Promise<Elsewhere & { childPid: number }> {
  const command = sh('echo $$; exec sleep 60', more);
  const run = elsewhere({ launcher, command });
  await expect.poll(run.stdout, PATIENT).toMatch(/\n/);
  const childPid = Number(run.stdout());
  pids.push(childPid);
  await expect
    .poll(() => run.events, PATIENT)
    .toMatchObject([{ type: 'child.spawned', pid: childPid }]);
  return { ...run, childPid };
}

test('a failed signal of a child that once ran does not throw', () => {
  const child = spawn('/bin/true', { stdio: 'ignore' });
  const seen = launchedChild(child, {});
  expect(() => child.emit('error', new Error('kill EPERM'))).not.toThrow();
  return firstValueFrom(seen.ended$);
});

// Not with execa: it trips over the handle that Node gives it then.
test.each([false, true])(
  'a program is unrunnable while there are no descriptors left (stderr passes: %s)',
  async (passesStderr) => {
    const run = elsewhere(
      {
        launcher: 'launchPlainly',
        command: sh('exit 0', { passesStderr }),
        usesUpDescriptors: true,
      },
      'ulimit -n 64',
    );
    expect(await run.ended).toBe(0);
    expect(run.events).toEqual([
      {
        type: 'child.unrunnable',
        reason: '/bin/sh: Too many open files',
        atMs: expect.any(Number),
      },
    ]);
  },
);
