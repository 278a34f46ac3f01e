import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { endRuns, type Settings, startAutossh, type StartedRun } from './support/autossh.ts';
import { expectBytes } from './support/echo-bytes.ts';
import { PATIENT } from './support/embedded-scene.ts';
import { findFreePorts } from './support/free-ports.ts';
import {
  ECHO_PORT,
  type NamespaceSshd,
  sshdAvailable,
  startSshdInNamespace,
} from './support/sshd-namespace.ts';
import { endAllConversations } from './support/tcp-conversation.ts';

/** Looks often enough for a test, and leaves a busy machine 4 s for each answer. */
const WATCHFUL: Settings = { AUTOSSH_POLL: '8', AUTOSSH_FIRST_POLL: '2' };

const missing = sshdAvailable();

describe.skipIf(missing !== undefined)(
  `autossh and OpenSSH's server${missing === undefined ? '' : ` (${missing})`}`,
  () => {
    let sshd: NamespaceSshd;

    beforeAll(async () => {
      sshd = await startSshdInNamespace();
    });

    afterAll(() => sshd.close());

    afterEach(async () => {
      endAllConversations();
      await endRuns();
      // What was frozen goes on holding its ports.
      sshd.dropSessions();
    });

    async function startTunnel(ownWords: readonly string[], settings: Settings = {}) {
      const port = await findFreePorts(1);
      const forward = ['-N', '-L', `${port}:127.0.0.1:${ECHO_PORT}`];
      const words = [...ownWords, ...sshd.clientArguments(), ...forward, sshd.destination];
      const run = startAutossh(words, settings);
      await expectBytes(port);
      return { run, port };
    }

    const expectStarts = (run: StartedRun, least: number) =>
      expect.poll(() => run.starts, PATIENT).toBeGreaterThanOrEqual(least);

    const expectHeartbeats = (run: StartedRun, least: number) =>
      expect.poll(() => run.count('connection ok'), PATIENT).toBeGreaterThanOrEqual(least);

    const loopWords = async () => ['-M', String(await findFreePorts(2))];

    const echoWords = async () => ['-M', `${await findFreePorts(1)}:${ECHO_PORT}`];

    test('carries bytes again after the session was dropped', async () => {
      const { run, port } = await startTunnel(['-M', '0']);
      sshd.dropSessions();
      await expectStarts(run, 2);
      await expectBytes(port);
    });

    test('carries bytes again after an outage', async () => {
      const { run, port } = await startTunnel(['-M', '0'], { AUTOSSH_POLL: '3' });
      await sshd.stop();
      await expectStarts(run, 4);
      await sshd.start();
      await expectBytes(port);
    });

    test('finds a frozen session by the echo', async () => {
      const { run, port } = await startTunnel(await echoWords(), WATCHFUL);
      await expectHeartbeats(run, 1);
      sshd.freeze();
      await expectStarts(run, 2);
      await expectBytes(port);
    });

    test('finds a frozen session by the loop, and gets its port back when that is gone', async () => {
      const { run, port } = await startTunnel(await loopWords(), WATCHFUL);
      await expectHeartbeats(run, 1);
      sshd.freeze();
      await expectStarts(run, 2);
      await expectBytes(port);
      sshd.thaw();
      const before = run.count('connection ok');
      await expectHeartbeats(run, before + 1);
    });

    test('finds a frozen session with -M auto', async () => {
      const { run, port } = await startTunnel(['-M', 'auto'], WATCHFUL);
      await expectHeartbeats(run, 1);
      sshd.freeze();
      await expectStarts(run, 2);
      expect(run.log).toContain('the server does not answer');
      await expectBytes(port);
    });

    test('keeps one ssh over several heartbeats of every kind', async () => {
      const tunnels = [
        await startTunnel(await loopWords(), WATCHFUL),
        await startTunnel(await echoWords(), WATCHFUL),
        await startTunnel([], WATCHFUL),
      ];
      for (const { run } of tunnels) {
        await expectHeartbeats(run, 3);
        expect(run.starts, run.log).toBe(1);
      }
    });

    test('starts a killed ssh again under the rules 1.4', async () => {
      const { run, port } = await startTunnel(['-M', '0'], { AUTOSSH_RULES: '1.4' });
      process.kill(run.sshPid, 'SIGKILL');
      await expectStarts(run, 2);
      await expectBytes(port);
      expect(run.log).toContain('ssh exited on signal 9, restarting ssh');
    });

    test.each([
      ['the classic rules', {}, 1],
      ['the rules 1.3', { AUTOSSH_RULES: '1.3' }, 0],
    ])('ends with a killed ssh under %s', async (_title, settings, status) => {
      const { run } = await startTunnel(['-M', '0'], settings);
      process.kill(run.sshPid, 'SIGKILL');
      expect(await run.ended).toBe(status);
      expect(run.log).toContain('ssh exited on signal 9; autossh exiting');
      expect(run.folder.processes()).toEqual([]);
    });
  },
);
