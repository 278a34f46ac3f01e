import { afterEach, describe, expect, test } from 'vitest';
import {
  autosshCommand,
  endRuns,
  startRun,
  type Settings,
  type StartedRun,
} from './support/autossh.ts';
import { listDescendants, signalAll } from './support/child-processes.ts';
import { expectBytes } from './support/echo-bytes.ts';
import { endScene, forwardToEcho, PATIENT, startServer } from './support/embedded-scene.ts';
import { findFreePorts } from './support/free-ports.ts';
import { listeningPorts } from './support/process-facts.ts';
import { createRunFolder } from './support/run-folder.ts';
import { startOnTerminal, terminalAvailable } from './support/terminal.ts';
import { HOLDFAST } from '../installed/programs.ts';
import { endSilentHosts, startSilentHost, wrapSsh } from './support/what-stays.ts';

afterEach(async () => {
  await endRuns();
  await endScene();
  endSilentHosts();
});

type Start = typeof startRun;
const onTerminal: Start = (command, settings, folder) => startOnTerminal(command, settings, folder);

/** Starts a program with a forward, over a script in front of ssh. */
async function startWrapped(start: Start, program: readonly string[], settings: Settings = {}) {
  const server = await startServer();
  const port = await findFreePorts(1);
  const folder = createRunFolder();
  const script = wrapSsh(folder, 'ssh');
  const PATH = `${folder.path}:${folder.environment['PATH']}`;
  const words = [...server.clientArguments(), ...forwardToEcho(port), server.destination];
  const run = start([...program, ...words], { AUTOSSH_PATH: script, PATH, ...settings }, folder);
  await expectBytes(port);
  const holder = () => folder.processes().find((pid) => listeningPorts(pid).includes(port))!;
  return { run, folder, port, holder, ssh: holder() };
}

/** The program itself, and not the `script` that gives it a terminal. */
function programOf({ pid }: StartedRun, isOnTerminal: boolean): number {
  return isOnTerminal ? listDescendants(pid)[0]! : pid;
}

const missing = terminalAvailable();
const PLACES: [string, Start, boolean][] = [
  ['', startRun, false],
  [' on a terminal', onTerminal, true],
];

describe.each(PLACES)('the real ssh behind a script%s', (_, start, isOnTerminal) => {
  describe.skipIf(isOnTerminal && missing !== undefined)('ends', () => {
    test.each(['SIGTERM', 'SIGINT'] as const)('with autossh at %s', async (signal) => {
      const { run, folder } = await startWrapped(start, autosshCommand('-M', '0'));
      process.kill(programOf(run, isOnTerminal), signal);
      expect(await run.ended).toBe(1);
      expect(folder.processes()).toEqual([]);
    });

    test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
      'with "holdfast run" at %s',
      async (signal) => {
        const { run, folder } = await startWrapped(start, [HOLDFAST, 'run']);
        process.kill(programOf(run, isOnTerminal), signal);
        expect(await run.ended).toBe(0);
        expect(folder.processes()).toEqual([]);
      },
    );
  });

  test.skipIf(isOnTerminal && missing !== undefined)(
    'makes way for the ssh of a restart',
    async () => {
      const { run, folder, port, ssh, holder } = await startWrapped(
        start,
        autosshCommand('-M', '0'),
      );
      process.kill(programOf(run, isOnTerminal), 'SIGUSR1');
      await expect.poll(() => run.starts, PATIENT).toBe(2);
      await expectBytes(port);
      expect(holder()).not.toBe(ssh);
      expect(folder.processes()).not.toContain(ssh);
    },
  );
});

test('under a strict set it stays, as the original leaves it', async () => {
  const settings = { AUTOSSH_RULES: 'autossh-1.4' };
  const { run, folder, ssh } = await startWrapped(startRun, autosshCommand('-M', '0'), settings);
  run.signal('SIGTERM');
  // Its end is not heard of: ssh still holds stdout and stderr.
  await expect.poll(() => folder.processes(), PATIENT).toEqual([ssh]);
});

test.each([false, true])(
  'the ssh of a jump host that never greets ends with autossh (stopped: %s)',
  async (isStopped) => {
    const folder = createRunFolder();
    const jump = ['-J', `127.0.0.1:${await startSilentHost()}`];
    const run = startRun(autosshCommand('-M', '0', '-N', ...jump, 'there'), {}, folder);
    await expect.poll(() => run.sshPid, PATIENT).toBeGreaterThan(0);
    const { sshPid } = run;
    await expect.poll(() => listDescendants(sshPid).length, PATIENT).toBeGreaterThan(0);
    if (isStopped) signalAll(listDescendants(sshPid), 'SIGSTOP');
    run.signal('SIGTERM');
    expect(await run.ended).toBe(1);
    expect(folder.processes()).toEqual([]);
  },
);
