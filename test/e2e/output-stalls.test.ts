import type { EmbeddedServer } from '@holdfast/demo';
import { execFileSync, spawn } from 'node:child_process';
import { closeSync, constants, openSync, readSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { HOLDFAST } from '../installed/programs.ts';
import { autosshCommand, endRuns, startRun } from './support/autossh.ts';
import { endScene, PATIENT, startServer } from './support/embedded-scene.ts';
import {
  createHoldfastScene,
  endHoldfastScenes,
  startHoldfast,
  tunnelToml,
} from './support/holdfast.ts';
import { wordsOf } from './support/process-facts.ts';
import { createRunFolder } from './support/run-folder.ts';
import { startOnTerminal, terminalAvailable } from './support/terminal.ts';

let server: EmbeddedServer;

beforeEach(async () => {
  server = await startServer();
});

afterEach(async () => {
  await endRuns();
  await endHoldfastScenes();
  await endScene();
});

const [PAUSE, RESUME] = ['\u0013', '\u0011'];
const UNPAID = { AUTOSSH_LOGFILE: undefined };

const holding = () => ['-M', '0', '-N', ...server.clientArguments(), server.destination];

/** A connection that is lost comes back, and with it a line of output each time. */
async function expectReconnects(times: number) {
  for (let lost = 1; lost <= times; lost += 1) {
    await expect.poll(() => server.connections, PATIENT).toBe(1);
    const before = server.acceptedConnections;
    server.dropConnections();
    await expect.poll(() => server.acceptedConnections, PATIENT).toBeGreaterThan(before);
  }
  await expect.poll(() => server.connections, PATIENT).toBe(1);
}

const pidsOf = (folder: { processes(): number[] }, name: string) =>
  folder.processes().filter((pid) => wordsOf(pid)[1]?.endsWith(name));

const missing = terminalAvailable();

describe.skipIf(missing !== undefined)(
  `on a paused terminal${missing === undefined ? '' : ` (${missing})`}`,
  () => {
    test('autossh starts ssh again and obeys, and says everything later', async () => {
      const run = startOnTerminal(autosshCommand(...holding()), UNPAID);
      await expect.poll(() => run.stdout, PATIENT).toContain('ssh child pid is');
      run.write(PAUSE);
      await expectReconnects(2);
      expect(run.stdout).not.toContain('starting ssh (count 3)');
      run.write(RESUME);
      await expect.poll(() => run.stdout, PATIENT).toContain('starting ssh (count 3)');
      run.write(PAUSE);
      await expectReconnects(1);
      for (const pid of pidsOf(run.folder, 'autossh')) process.kill(pid, 'SIGTERM');
      expect(await run.ended).toBe(1);
      expect(run.folder.processes()).toEqual([]);
    });

    test('"holdfast run" starts ssh again and obeys', async () => {
      const scene = createHoldfastScene();
      const words = ['run', ...server.clientArguments(), server.destination];
      const run = startOnTerminal([HOLDFAST, ...words], scene.environment, scene.folder);
      await expect.poll(() => run.stdout, PATIENT).toContain('healthy');
      run.write(PAUSE);
      await expectReconnects(2);
      for (const pid of pidsOf(run.folder, 'holdfast')) process.kill(pid, 'SIGTERM');
      expect(await run.ended).toBe(0);
      expect(run.folder.processes()).toEqual([]);
    });

    test.each([
      ['logs -f', 'healthy'],
      ['status --watch', 'NAME'],
      ['up --wait 5m', 'of 2 tunnels healthy'],
    ])(
      '"holdfast %s" obeys, and the supervisor goes on as if nobody looked',
      async (words, said) => {
        const options = { options: server.clientArguments() };
        const scene = await startHoldfast(
          tunnelToml('held', server.destination, options) +
            tunnelToml('hopeless', 'nobody@127.0.0.1', { options: ['-p', '1'] }),
        );
        await expect.poll(() => server.connections, PATIENT).toBe(1);
        const run = startOnTerminal(
          [HOLDFAST, ...words.split(' ')],
          scene.environment,
          scene.folder,
        );
        await expect.poll(() => run.stdout, PATIENT).toContain(said);
        run.write(PAUSE);
        await expectReconnects(3);
        const command = words.split(' ')[0]!;
        const pids = scene.processes().filter((pid) => wordsOf(pid).includes(command));
        for (const pid of pids) process.kill(pid, 'SIGTERM');
        await run.ended;
        await scene.down();
      },
    );
  },
);

describe('where nobody reads', () => {
  /** Fills whatever stderr is, and stays there; then becomes a command. */
  const FULL = 'head -c 1000000 /dev/zero >&2 & exec "$@"';

  test.each([
    ['a pipe', `{ ${FULL}; } 2>&1 >/dev/null | exec sleep 1000`],
    ['a socket', FULL],
  ])('autossh on %s starts ssh again and obeys', async (_title, script) => {
    const folder = createRunFolder();
    const child = spawn('/bin/sh', ['-c', script, 'sh', ...autosshCommand(...holding())], {
      cwd: folder.path,
      env: { ...folder.environment, AUTOSSH_DEBUG: '1', AUTOSSH_GATETIME: '0' },
      // A socket, of which nothing is read as long as nobody listens.
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    await expectReconnects(2);
    for (const pid of pidsOf(folder, 'autossh')) process.kill(pid, 'SIGTERM');
    await expect.poll(() => pidsOf(folder, 'autossh'), PATIENT).toEqual([]);
    await expect.poll(() => server.connections, PATIENT).toBe(0);
    expect(folder.processes().filter((pid) => wordsOf(pid)[0] === 'cat')).toEqual([]);
    child.stderr.destroy();
  });

  test('a log that is a named pipe holds nothing up, and has all lines for who comes', async () => {
    const folder = createRunFolder();
    execFileSync('mkfifo', [folder.file('log.pipe')]);
    const settings = { AUTOSSH_LOGFILE: folder.file('log.pipe') };
    const run = startRun(autosshCommand(...holding()), settings, folder);
    await expectReconnects(1);
    const reader = openSync(folder.file('log.pipe'), constants.O_RDONLY | constants.O_NONBLOCK);
    const bytes = Buffer.alloc(65_536);
    const text = bytes.toString('utf8', 0, readSync(reader, bytes));
    closeSync(reader);
    expect(text).toContain('starting ssh (count 2)');
    run.signal('SIGTERM');
    expect(await run.ended).toBe(1);
  });
});
