import type { EmbeddedServer } from '@holdfast/demo';
import { readdirSync, readlinkSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import {
  autosshCommand,
  endRuns,
  type Settings,
  startAutossh,
  type StartedRun,
} from './support/autossh.ts';
import { expectBytes } from './support/echo-bytes.ts';
import { endScene, PATIENT, startServer } from './support/embedded-scene.ts';
import { findFreePorts } from './support/free-ports.ts';
import { converse } from './support/tcp-conversation.ts';
import { startOnTerminal, terminalAvailable } from './support/terminal.ts';

afterEach(async () => {
  await endRuns();
  await endScene();
});

const WATCHFUL: Settings = { AUTOSSH_POLL: '6', AUTOSSH_FIRST_POLL: '1' };

const NOT_ANSWERED = 'no heartbeat: the server gets what a probe asks for, and does not answer';

const muteServer = () => startServer({ remoteRequests: 'nothing' });

const wordsFor = (server: EmbeddedServer, ...options: string[]) => [
  ...options,
  ...server.clientArguments(),
  server.destination,
];

const unanswered = (run: StartedRun) => expect.poll(() => run.log, PATIENT).toContain(NOT_ANSWERED);

/** Three looks at a session, and more: nothing is to happen in it. */
const WHILE_MS = 2500;

describe('at a server that never answers a probe', () => {
  test('a shell ends when it ends, with its own status', async () => {
    const run = startAutossh(wordsFor(await muteServer()), WATCHFUL);
    run.write('echo one\n');
    await unanswered(run);
    await sleep(WHILE_MS);
    run.write('echo two\nexit 7\n');
    expect(await run.ended).toBe(1);
    expect(run.log).toContain('ssh exited with status 7; autossh exiting');
    expect([run.stdout, run.starts]).toEqual(['one\ntwo\n', 1]);
  });

  test('a command ends when it ends, with all of its output', async () => {
    const run = startAutossh([...wordsFor(await muteServer()), 'cat'], WATCHFUL);
    await unanswered(run);
    const lines = Array.from({ length: 100_000 }, (_, index) => `${index + 1}\n`).join('');
    run.write(lines);
    run.endInput();
    expect(await run.ended).toBe(0);
    expect(run.stdout === lines).toBe(true);
    expect([run.stderr, run.starts]).toEqual(['', 1]);
  });

  test('a command that ends before anybody gives up ends then', async () => {
    const server = await muteServer();
    const run = startAutossh([...wordsFor(server), 'sleep', '2'], WATCHFUL);
    expect(await run.ended).toBe(0);
    expect(run.starts).toBe(1);
  });

  test.skipIf(terminalAvailable() !== undefined)('so does a shell on a terminal', async () => {
    const words = wordsFor(await muteServer());
    const run = startOnTerminal(autosshCommand(...words), WATCHFUL);
    await unanswered(run);
    run.write('exit 9\r');
    expect(await run.ended).toBe(1);
    expect(run.log).toContain('ssh exited with status 9; autossh exiting');
  });

  test('what is connected through it is waited for, as ssh does', async () => {
    const port = await findFreePorts(1);
    const server = await muteServer();
    const run = startAutossh(wordsFor(server, '-L', `${port}:127.0.0.1:7`), WATCHFUL);
    await unanswered(run);
    await expectBytes(port);
    const stream = await converse(port);
    stream.write('one');
    await expect.poll(() => stream.received, PATIENT).toBe('one');
    run.write('exit 3\n');
    await expect.poll(() => isSessionOpen(run.sshPid), PATIENT).toBe(false);
    await sleep(WHILE_MS);
    stream.write('two');
    await expect.poll(() => stream.received, PATIENT).toBe('onetwo');
    stream.end();
    expect(await run.ended).toBe(1);
    expect(run.log).toContain('ssh exited with status 3; autossh exiting');
  });

  test('a relay (-W) ends with its connection', async () => {
    const server = await muteServer();
    const run = startAutossh(wordsFor(server, '-W', '127.0.0.1:7'), WATCHFUL);
    run.write('here');
    await unanswered(run);
    await expect.poll(() => run.stdout, PATIENT).toBe('here');
    run.endInput();
    expect(await run.ended).toBe(0);
  });
});

describe('at a server that hangs up at a probe', () => {
  test('input that was read is not given to another ssh', async () => {
    const server = await startServer({ remoteRequests: 'end' });
    const run = startAutossh([...wordsFor(server), 'cat'], WATCHFUL);
    run.write('one\n');
    expect(await run.ended).toBe(1);
    expect([run.stdout, run.starts]).toEqual(['one\n', 1]);
    expect(run.log).toContain('ssh ended while its first probe was out');
    expect(run.log).toContain('it reads its input from a pipe or a file');
    expect(run.log).toContain('-M 0 sends no probes');
  });

  test('a tunnel goes on without probes', async () => {
    const server = await startServer({ remoteRequests: 'end' });
    const run = startAutossh(wordsFor(server, '-N'), { ...WATCHFUL, AUTOSSH_GATETIME: '0' });
    await expect.poll(() => run.log, PATIENT).toContain('the server does not accept probes');
    expect(run.starts).toBe(3);
  });
});

/** ssh has a copy of its stderr for as long as its session is open. */
function isSessionOpen(pid: number): boolean {
  const links = readdirSync(`/proc/${pid}/fd`).map((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`));
  const stderr = readlinkSync(`/proc/${pid}/fd/2`);
  return links.filter((link) => link === stderr).length > 1;
}
