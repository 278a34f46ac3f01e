import type { EmbeddedServer } from '@holdfast/demo';
import { chmodSync, copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { autosshCommand, endRuns, startRun } from './support/autossh.ts';
import { endScene, PATIENT, startServer } from './support/embedded-scene.ts';
import { createRunFolder, type RunFolder } from './support/run-folder.ts';
import { startOnTerminal, terminalAvailable } from './support/terminal.ts';

let server: EmbeddedServer;
let folder: RunFolder;

beforeEach(async () => {
  server = await startServer();
  folder = createRunFolder();
});

afterEach(async () => {
  await endRuns();
  await endScene();
});

const quoted = (words: readonly string[]) =>
  words.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');

/** An autossh that holds a connection to the server, as a line for a shell. */
const holdingLine = () =>
  quoted(autosshCommand('-M', '0', '-N', ...server.clientArguments(), server.destination));

/** Which of these signals a process ignores. */
function ignoredBy(pid: number, ...names: readonly NodeJS.Signals[]): NodeJS.Signals[] {
  const [, bits = '0'] =
    /SigIgn:\s*(\w+)/.exec(readFileSync(`/proc/${pid}/status`, 'latin1')) ?? [];
  const mask = BigInt(`0x${bits}`);
  return names.filter((name) => (mask >> BigInt(constants.signals[name] - 1)) & 1n);
}

const missing = terminalAvailable();

describe.skipIf(missing !== undefined)(
  `autossh in the background of a shell${missing === undefined ? '' : ` (${missing})`}`,
  () => {
    test('outlives its terminal with its ssh under nohup, and so does the next ssh (RUN-5)', async () => {
      const shell = startOnTerminal(['bash', '--norc', '-i'], {}, folder);
      shell.write(`nohup ${holdingLine()} >/dev/null 2>&1 &\r`);
      await expect.poll(() => server.connections, PATIENT).toBe(1);
      const [autossh] = /autossh\[(\d+)\]/.exec(shell.log)!.slice(1).map(Number);
      const first = shell.sshPid;
      // The terminal closes: everything that belongs to it gets SIGHUP, from the system and from the shell.
      shell.signal('SIGKILL');
      await expect
        .poll(() => new Set(folder.processes()), PATIENT)
        .toEqual(new Set([autossh, first]));
      process.kill(autossh!, 'SIGUSR1');
      await expect.poll(() => shell.sshPid, PATIENT).not.toBe(first);
      const connections = () => [server.acceptedConnections, server.connections];
      await expect.poll(connections, PATIENT).toEqual([2, 1]);
      process.kill(shell.sshPid, 'SIGHUP');
      process.kill(autossh!, 'SIGHUP');
      process.kill(autossh!, 'SIGUSR2');
      await expect.poll(() => shell.log, PATIENT).toContain('ignored SIGUSR2');
      expect(server.connections).toBe(1);
      expect(ignoredBy(shell.sshPid, 'SIGHUP', 'SIGINT', 'SIGTERM')).toEqual(['SIGHUP']);
    });
  },
);

test("as a script's background job leaves SIGINT and SIGQUIT to the script, with its ssh (RUN-5)", async () => {
  const script = `${holdingLine()} & wait $!`;
  const run = startRun(['/bin/sh', '-c', script], {}, folder);
  await expect.poll(() => server.connections, PATIENT).toBe(1);
  const autossh = Number(/autossh\[(\d+)\]/.exec(run.log)![1]);
  expect(ignoredBy(run.sshPid, 'SIGINT', 'SIGQUIT', 'SIGHUP')).toEqual(['SIGINT', 'SIGQUIT']);
  process.kill(autossh, 'SIGQUIT');
  process.kill(run.sshPid, 'SIGQUIT');
  process.kill(run.sshPid, 'SIGINT');
  process.kill(autossh, 'SIGUSR2');
  await expect.poll(() => run.log, PATIENT).toContain('ignored SIGUSR2');
  expect(server.connections).toBe(1);
  // As the classic program, which has a handler of its own.
  process.kill(autossh, 'SIGINT');
  await expect.poll(() => run.log, PATIENT).toContain('received signal to exit (2)');
  expect(await run.ended).toBe(1);
  expect(folder.processes()).toEqual([]);
});

test('with nothing ignored starts ssh with nothing ignored, and without a trace of what was looked at', async () => {
  const run = startRun(['/bin/sh', '-c', `exec ${holdingLine()}`], {}, folder);
  await expect.poll(() => server.connections, PATIENT).toBe(1);
  const all = Object.keys(constants.signals) as NodeJS.Signals[];
  // ssh itself ignores SIGPIPE.
  expect(ignoredBy(run.sshPid, ...all)).toEqual(['SIGPIPE']);
  expect(readFileSync(`/proc/${run.sshPid}/environ`, 'latin1')).not.toContain('HOLDFAST_');
});

test('with -f goes on seeing the paths of its caller', async () => {
  const words = server.clientArguments();
  copyFileSync(words[words.indexOf('-i') + 1]!, folder.file('a key'));
  chmodSync(folder.file('a key'), 0o600);
  writeFileSync(folder.file('conf'), '');
  for (const letter of ['-i', '-F']) words.splice(words.indexOf(letter), 2);
  const all = ['-M', '0', '-F', 'conf', '-Nfi', 'a key', ...words, server.destination];
  const run = startRun(autosshCommand(...all), {}, folder);
  expect(await run.ended).toBe(0);
  await expect.poll(() => server.connections, PATIENT).toBe(1);
  expect(run.stderr).toBe('');
});

test('with -f tells its caller which paths mean something else', async () => {
  const settings = {
    AUTOSSH_PIDFILE: 'pid/file',
    AUTOSSH_PATH: folder.writeScript('ssh', 'exit 0'),
  };
  const words = ['-M', '0', '-f', '-N', '-o', 'ProxyCommand=./proxy', 'host'];
  const run = startRun(autosshCommand(...words), settings, folder);
  await run.ended;
  await expect.poll(() => run.stderr, PATIENT).toContain('"ProxyCommand=./proxy" is relative to /');
  expect(run.stderr).toContain('"pid/file" is relative to /');
});

test.each([
  ['-V', '>/dev/full', 1, 'the output cannot be written'],
  ['--help', '>/dev/full', 1, 'the output cannot be written'],
  ['--help', '| head -c 1', 0, ''],
  ['-V', '>&-', 0, ''],
  ['-V', '<&- 2>&-', 0, ''],
  ['--nonsense', '2>/dev/full', 1, ''],
])(
  '%s %s ends with status %i, and without a stack',
  async (word, redirection, status, sentence) => {
    const script = `set -o pipefail; "$@" ${redirection}`;
    const run = startRun(['bash', '-c', script, 'bash', ...autosshCommand(word)], {}, folder);
    expect(await run.ended).toBe(status);
    await expect.poll(() => run.stderr, PATIENT).toContain(sentence);
    expect(run.stderr).not.toContain('    at ');
  },
);
