import { setTimeout as sleep } from 'node:timers/promises';
import type { FleetEvent, TunnelSpec } from '@holdfast/engine';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { forwardOf } from '../../packages/engine/src/testing/tunnel-specs.ts';
import { expectBytes } from './support/echo-bytes.ts';
import { PATIENT } from './support/embedded-scene.ts';
import { endFleets, makeFleet, tunnelTo } from './support/fleet-scene.ts';
import { findFreePorts } from './support/free-ports.ts';
import { createRunFolder, removeRunFolders } from './support/run-folder.ts';
import {
  ECHO_PORT,
  type NamespaceSshd,
  sshdAvailable,
  startSshdInNamespace,
} from './support/sshd-namespace.ts';
import { converse, endAllConversations } from './support/tcp-conversation.ts';

const missing = sshdAvailable();
const note = missing === undefined ? '' : ` (${missing})`;

const POLL_MS = 1000;

type FactType = FleetEvent['fact']['type'];

describe.skipIf(missing !== undefined)(`a tunnel of a fleet in a blip${note}`, () => {
  let sshd: NamespaceSshd;

  beforeAll(async () => {
    sshd = await startSshdInNamespace();
  });

  afterAll(() => sshd.close());

  afterEach(async () => {
    endAllConversations();
    await endFleets();
    await removeRunFolders();
    // What was frozen never ends by itself.
    sshd.dropSessions();
  });

  const echoAt = (port: number) => forwardOf('local', `127.0.0.1:${port}:127.0.0.1:${ECHO_PORT}`);

  /** A healthy tunnel `db` with a forward to the echo service, and what the server has seen of it. */
  async function startTunnel(spec: Partial<TunnelSpec> = {}) {
    const port = await findFreePorts(1);
    const folder = createRunFolder();
    const forwards = [echoAt(port)];
    const db = tunnelTo(sshd, { name: 'db', pollMs: POLL_MS, forwards, ...spec });
    const scene = makeFleet([db], { runtimeDir: folder.path });
    const before = seenBy(sshd);
    scene.fleet.start(['db']);
    const { pid } = await scene.reach('db', 'healthy');
    await scene.hear('db', 'probe.answered', 3);
    const seen = () => {
      const now = seenBy(sshd);
      return { logins: now.logins - before.logins, brokenOff: now.brokenOff - before.brokenOff };
    };
    return { scene, port, pid: pid!, seen, processes: () => folder.processes() };
  }

  /** A stream through the tunnel that was in use before, and was seen so by an answer. */
  async function startStream({ scene, port }: Awaited<ReturnType<typeof startTunnel>>) {
    const stream = await converse(port);
    stream.write('before ');
    await expect.poll(() => stream.received, PATIENT).toBe('before ');
    await scene.hear('db', 'probe.answered', scene.count('db', 'probe.answered') + 2);
    return stream;
  }

  async function losePackets(ms: number) {
    await sshd.namespace.lose(sshd.port);
    await sleep(ms);
    await sshd.namespace.deliver(sshd.port);
  }

  test.each([8, 12])(
    'keeps its stream when every packet is lost for %i s, and costs one login more',
    async (seconds) => {
      const tunnel = await startTunnel();
      const { scene, pid, seen } = tunnel;
      const stream = await startStream(tunnel);
      const lost = losePackets(seconds * 1000);
      stream.write('within');
      await lost;
      await expect.poll(() => stream.received, PATIENT).toBe('before within');
      await scene.hear('db', 'suspicion.ended');
      await scene.hear('db', 'challenger.ended');
      expect(seen()).toEqual({ logins: 2, brokenOff: 0 });
      expect(scene.count('db', 'tunnel.switched')).toBe(0);
      expect(scene.count('db', 'stop.began')).toBe(0);
      expect(scene.status('db')).toMatchObject({ state: 'healthy', pid, starts: 1 });
      expect(stream.isClosed).toBe(false);
    },
  );

  test('is switched when its session is frozen and its path lives, with each of its forwards', async () => {
    const { scene, port, pid, seen, processes } = await startTunnel();
    const byHand = await findFreePorts(1);
    await scene.fleet.openForward('db', echoAt(byHand));
    await expectBytes(byHand);
    sshd.freeze();
    await scene.hear('db', 'tunnel.switched');
    await scene.hear('db', 'probe.answered', scene.count('db', 'probe.answered') + 1);
    const after = await scene.reach('db', 'healthy');
    expect(after.pid).not.toBe(pid);
    await expectBytes(port);
    await expectBytes(byHand);
    expect(seen()).toEqual({ logins: 2, brokenOff: 0 });
    expect(scene.count('db', 'start.began')).toBe(1);
    expect(scene.status('db')).toMatchObject({ starts: 2, isHealthy: true });
    await expect.poll(processes, PATIENT).toEqual([after.pid]);
  });

  test('is switched as well when a stream is open, once its time is over', async () => {
    const tunnel = await startTunnel();
    const { scene, port } = tunnel;
    const stream = await startStream(tunnel);
    sshd.freeze();
    await scene.hear('db', 'challenger.ready');
    const ready = scene.events.find(({ fact }) => fact.type === 'challenger.ready')?.fact;
    expect(ready).toMatchObject({
      graceMs: expect.toSatisfy((ms) => ms > 0 && ms <= 9000) as number,
    });
    await scene.hear('db', 'tunnel.switched');
    await expect.poll(() => stream.isClosed, PATIENT).toBe(true);
    await scene.hear('db', 'tunnel.proved', 2);
    await scene.reach('db', 'healthy');
    await expectBytes(port);
  });

  test('keeps its stream when the session answers in time, and sends the second ssh away', async () => {
    const tunnel = await startTunnel();
    const { scene, pid } = tunnel;
    const stream = await startStream(tunnel);
    sshd.freeze();
    await scene.hear('db', 'challenger.ready');
    sshd.thaw();
    await scene.hear('db', 'suspicion.ended');
    await scene.hear('db', 'challenger.ended');
    stream.write('after');
    await expect.poll(() => stream.received, PATIENT).toBe('before after');
    expect([scene.count('db', 'stop.began'), scene.status('db').pid]).toEqual([0, pid]);
  });

  test('has its remote port again on the second ssh as soon as the frozen session lets it go', async () => {
    const remotePort = await findFreePorts(1);
    const { scene } = await startTunnel({
      forwards: [forwardOf('remote', `127.0.0.1:${remotePort}:127.0.0.1:1`)],
    });
    sshd.freeze();
    await scene.hear('db', 'tunnel.switched');
    await scene.hear('db', 'forward.failed');
    expect(scene.status('db')).toMatchObject({ isHealthy: false, starts: 2 });
    sshd.thaw();
    await scene.hear('db', 'forwards.restored');
    expect(scene.status('db').starts).toBe(2);
  });

  describe.each<[phase: FactType, fault: 'loss' | 'death']>([
    ['suspicion.began', 'loss'],
    ['suspicion.lasts', 'loss'],
    ['challenger.started', 'loss'],
    ['suspicion.began', 'death'],
    ['challenger.started', 'death'],
    ['challenger.ready', 'death'],
    ['tunnel.switched', 'death'],
  ])('at %s, after a %s', (phase, fault) => {
    test('leaves no ssh behind when it is stopped', async () => {
      const tunnel = await startTunnel();
      const { scene, processes } = tunnel;
      await startStream(tunnel);
      if (fault === 'loss') await sshd.namespace.lose(sshd.port);
      else sshd.freeze();
      try {
        await scene.hear('db', phase);
        await scene.fleet.stop(['db']);
        expect(scene.state('db')).toBe('stopped');
        await expect.poll(processes, PATIENT).toEqual([]);
        expect(scene.count('db', 'child.abandoned')).toBe(0);
      } finally {
        if (fault === 'loss') await sshd.namespace.deliver(sshd.port);
      }
    });
  });
});

/** What a server has seen since it was started. */
function seenBy(sshd: NamespaceSshd) {
  const count = (text: RegExp) => sshd.log().match(text)?.length ?? 0;
  return { logins: count(/Accepted publickey/g), brokenOff: count(/\[preauth\]/g) };
}
