import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { endScene, PATIENT, startServer } from './support/embedded-scene.ts';
import { startForwardingScene, tunnelOf } from './support/forwarding-scene.ts';
import { findFreePorts } from './support/free-ports.ts';
import {
  createHoldfastScene,
  echoForward,
  endHoldfastScenes,
  tunnelToServer,
} from './support/holdfast.ts';
import { leaveDescriptors, noLimits } from './support/descriptor-limit.ts';
import { sshdAvailable, startSshdInNamespace } from './support/sshd-namespace.ts';
import { converse } from './support/tcp-conversation.ts';

const noSshd = sshdAvailable();

afterEach(async () => {
  await endHoldfastScenes();
  await endScene();
});

/** Two poll times and a bit: probes come in between, and what they lack must not end ssh. */
const TWO_PROBES_MS = 12_000;

describe('no tunnel ends of what is lacking here:', () => {
  test.skipIf(noLimits)(
    `no descriptor, no folder of control sockets, and a supervisor that was stopped`,
    async () => {
      const { scene, before } = await startForwardingScene(1);
      const pid = (await scene.hello())!.pid;
      await leaveDescriptors(pid, 0);
      rmSync(scene.folder.file('run/holdfast/ssh'), { recursive: true });
      await sleep(TWO_PROBES_MS);
      process.kill(pid, 'SIGSTOP');
      await sleep(TWO_PROBES_MS);
      process.kill(pid, 'SIGCONT');
      await sleep(TWO_PROBES_MS);
      await leaveDescriptors(pid, Infinity);
      const endedMs = Date.now();
      const answeredMs = async () => Date.parse((await tunnelOf(scene)).answeredAt!);
      await expect.poll(answeredMs, PATIENT).toBeGreaterThan(endedMs);
      expect(await tunnelOf(scene)).toMatchObject({ state: 'healthy', pid: before.pid, starts: 1 });
      // The probes needed nothing of what was lacking.
      const log = readFileSync(scene.folder.file('state/holdfast/events.ndjson'), 'utf8');
      expect(log).not.toContain('probe.unsent');
    },
  );

  test.skipIf(noLimits).each([['loop'], ['echo']])(
    'no descriptor for a probe over a port (%s)',
    async (heartbeat) => {
      const server = await startServer();
      const scene = createHoldfastScene();
      scene.write(tunnelToServer('db', server, { poll: '1s', heartbeat }));
      await scene.up('--wait', '90s');
      const before = await tunnelOf(scene);
      const { pid } = (await scene.hello())!;
      const log = () => readFileSync(scene.folder.file('state/holdfast/events.ndjson'), 'utf8');
      await leaveDescriptors(pid, 0);
      await expect.poll(log, PATIENT).toContain('probe.unsent');
      await sleep(TWO_PROBES_MS);
      await leaveDescriptors(pid, Infinity);
      await expect.poll(log, PATIENT).toContain('probe.sent');
      expect(await tunnelOf(scene)).toMatchObject({ state: 'healthy', pid: before.pid, starts: 1 });
    },
  );
});

describe('a server that', () => {
  test.each([['end'], ['nothing']] as const)(
    'takes no probes (%s) is left unasked, says so, and is asked again at a restart',
    async (remoteRequests) => {
      const server = await startServer({ remoteRequests });
      const scene = createHoldfastScene();
      scene.write(tunnelToServer('db', server, { poll: '1s' }));
      await scene.up();
      await expect
        .poll(async () => (await tunnelOf(scene)).unasked, PATIENT)
        .toContain('heartbeat = "none"');
      const { pid, starts } = await tunnelOf(scene);
      expect(starts).toBe(3);
      await sleep(3000);
      expect(await tunnelOf(scene)).toMatchObject({ state: 'healthy', pid, starts });
      expect((await scene.holdfast('why', 'db')).stdout).toContain('heartbeat = "none"');
      expect((await scene.holdfast('status')).stdout).toContain('heartbeat = "none"');
      await scene.holdfast('restart', 'db');
      await expect.poll(async () => (await tunnelOf(scene)).starts, PATIENT).toBeGreaterThan(4);
    },
  );
});

describe.skipIf(noSshd)('a blip', () => {
  test('of 2.8 s, in which every packet is lost, costs nothing', async () => {
    const sshd = await startSshdInNamespace();
    try {
      const drop = (how: '-A' | '-D') => {
        for (const chain of ['INPUT', 'OUTPUT']) {
          const [file, ...words] = sshd.namespace.inside('iptables', how, chain, '-j', 'DROP');
          expect(spawnSync(file, words).status).toBe(0);
        }
      };
      const port = await findFreePorts(1);
      const scene = createHoldfastScene();
      scene.write(tunnelToServer('db', sshd, { local: [echoForward(port)] }));
      await scene.up('--wait', '90s');
      const { pid } = await tunnelOf(scene);
      const stream = await converse(port);
      for (const word of ['one', 'two', 'three']) {
        // At another moment between two probes each time.
        await sleep(1300);
        drop('-A');
        stream.write(word);
        await sleep(2800);
        drop('-D');
        await expect.poll(() => stream.received, PATIENT).toContain(word);
      }
      expect(await tunnelOf(scene)).toMatchObject({ pid, starts: 1 });
      expect(stream.isClosed).toBe(false);
    } finally {
      await endHoldfastScenes();
      await sshd.close();
    }
  });

  test('that lasts is told by status and its exit status, and costs nothing either', async () => {
    const sshd = await startSshdInNamespace();
    try {
      const port = await findFreePorts(1);
      const scene = createHoldfastScene();
      scene.write(tunnelToServer('db', sshd, { local: [echoForward(port)] }));
      await scene.up('--wait', '90s');
      const { pid } = await tunnelOf(scene);
      const stream = await converse(port);
      stream.write('one');
      await expect.poll(() => stream.received, PATIENT).toBe('one');
      expect((await scene.holdfast('status', '--quiet')).status).toBe(0);

      await sshd.namespace.swallow();
      const isHealthy = async () => (await scene.holdfast('status', '--quiet')).status === 0;
      await expect.poll(isHealthy, PATIENT).toBe(false);
      const { stdout } = await scene.holdfast('status');
      expect(stdout).toMatch(/suspect: no answer for .*; a second connection is/);

      await sshd.namespace.answer();
      await expect.poll(isHealthy, PATIENT).toBe(true);
      stream.write('two');
      await expect.poll(() => stream.received, PATIENT).toBe('onetwo');
      expect(await tunnelOf(scene)).toMatchObject({ pid, starts: 1 });
    } finally {
      await endHoldfastScenes();
      await sshd.close();
    }
  });
});
