import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { forwardOf } from '../../packages/engine/src/testing/tunnel-specs.ts';
import { expectBytes } from './support/echo-bytes.ts';
import { PATIENT } from './support/embedded-scene.ts';
import { endFleets, makeFleet, tunnelTo } from './support/fleet-scene.ts';
import { findFreePorts } from './support/free-ports.ts';
import { removeRunFolders } from './support/run-folder.ts';
import {
  ECHO_PORT,
  type NamespaceSshd,
  sshdAvailable,
  startSshdInNamespace,
} from './support/sshd-namespace.ts';
import { converse, endAllConversations } from './support/tcp-conversation.ts';

const missing = sshdAvailable();
const note = missing === undefined ? '' : ` (${missing})`;

afterEach(async () => {
  endAllConversations();
  await endFleets();
  await removeRunFolders();
});

describe.skipIf(missing !== undefined)(`a tunnel whose server is silent${note}`, () => {
  let sshd: NamespaceSshd;

  beforeAll(async () => {
    sshd = await startSshdInNamespace();
  });

  afterAll(() => sshd.close());

  // What was frozen never ends by itself.
  afterEach(() => sshd.dropSessions());

  async function reachHealth() {
    const port = await findFreePorts(1);
    const forwards = [forwardOf('local', `127.0.0.1:${port}:127.0.0.1:${ECHO_PORT}`)];
    const scene = makeFleet([tunnelTo(sshd, { name: 'db', pollMs: 1000, forwards })]);
    scene.fleet.start(['db']);
    const { pid } = await scene.reach('db', 'healthy');
    return { ...scene, port, pid };
  }

  test('keeps the open streams of a line that lost every packet for 12 s', async () => {
    const scene = await reachHealth();
    const stream = await converse(scene.port);
    stream.write('before ');
    await expect.poll(() => stream.received, PATIENT).toBe('before ');
    await scene.hear('db', 'probe.answered', 3);
    await sshd.namespace.swallow();
    stream.write('within');
    await sleep(12_000);
    await sshd.namespace.answer();
    await expect.poll(() => stream.received, PATIENT).toBe('before within');
    await scene.hear('db', 'suspicion.ended');
    expect([scene.count('db', 'stop.began'), scene.status('db').pid]).toEqual([0, scene.pid]);
  });

  test('gives an open stream its time when the session is frozen, and then is carried by a second ssh', async () => {
    const scene = await reachHealth();
    const stream = await converse(scene.port);
    stream.write('before');
    await expect.poll(() => stream.received, PATIENT).toBe('before');
    await scene.hear('db', 'probe.answered', 3);
    sshd.freeze();
    await scene.hear('db', 'challenger.ready');
    const ready = scene.events.find(({ fact }) => fact.type === 'challenger.ready')?.fact;
    expect(ready).toMatchObject({
      graceMs: expect.toSatisfy((ms) => ms > 0 && ms <= 9000) as number,
    });
    await scene.hear('db', 'tunnel.switched');
    await scene.hear('db', 'tunnel.proved', 2);
    await expectBytes(scene.port);
  });

  test('keeps what its session answers in time, and sends the second ssh away', async () => {
    const scene = await reachHealth();
    const stream = await converse(scene.port);
    stream.write('before ');
    await expect.poll(() => stream.received, PATIENT).toBe('before ');
    await scene.hear('db', 'probe.answered', 3);
    sshd.freeze();
    await scene.hear('db', 'challenger.ready');
    sshd.thaw();
    await scene.hear('db', 'suspicion.ended');
    await scene.hear('db', 'challenger.ended');
    stream.write('after');
    await expect.poll(() => stream.received, PATIENT).toBe('before after');
    expect([scene.count('db', 'stop.began'), scene.status('db').pid]).toEqual([0, scene.pid]);
  });

  test('has its remote port again on the second ssh as soon as the frozen session lets it go', async () => {
    const remotePort = await findFreePorts(1);
    const forwards = [forwardOf('remote', `127.0.0.1:${remotePort}:127.0.0.1:1`)];
    const scene = makeFleet([tunnelTo(sshd, { name: 'rev', pollMs: 1000, forwards })]);
    scene.fleet.start(['rev']);
    await scene.reach('rev', 'healthy');
    sshd.freeze();
    await scene.hear('rev', 'tunnel.switched');
    await scene.hear('rev', 'forward.failed');
    expect(scene.status('rev')).toMatchObject({ isHealthy: false, starts: 2 });
    sshd.thaw();
    await scene.hear('rev', 'forwards.restored');
    expect(scene.status('rev').starts).toBe(2);
  });

  test('is carried by a second ssh when its session is frozen and the path works', async () => {
    const scene = await reachHealth();
    sshd.freeze();
    await scene.hear('db', 'tunnel.switched');
    await scene.hear('db', 'tunnel.proved', 2);
    await expectBytes(scene.port);
    expect(scene.count('db', 'start.began')).toBe(1);
    expect(scene.status('db')).toMatchObject({ starts: 2, isHealthy: true });
    expect(scene.status('db').pid).not.toBe(scene.pid);
  });
});
