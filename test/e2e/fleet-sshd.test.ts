import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { HeartbeatKind } from '@holdfast/engine';
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

afterEach(async () => {
  endAllConversations();
  await endFleets();
  await removeRunFolders();
});

describe.skipIf(missing !== undefined)(`a fleet and OpenSSH's server${note}`, () => {
  let sshd: NamespaceSshd;

  beforeAll(async () => {
    sshd = await startSshdInNamespace();
  });

  afterAll(() => sshd.close());

  // What was frozen never ends by itself.
  afterEach(() => sshd.dropSessions());

  test('keep the open streams of a line that lost every packet for 4 s', async () => {
    const port = await findFreePorts(1);
    const forwards = [forwardOf('local', `127.0.0.1:${port}:127.0.0.1:${ECHO_PORT}`)];
    const scene = makeFleet([tunnelTo(sshd, { name: 'db', pollMs: 1000, forwards })]);
    scene.fleet.start(['db']);
    const { pid } = await scene.reach('db', 'healthy');
    const stream = await converse(port);
    stream.write('before ');
    await expect.poll(() => stream.received, PATIENT).toBe('before ');
    await scene.hear('db', 'probe.answered', 3);
    await sshd.namespace.swallow();
    stream.write('within');
    await sleep(4000);
    await sshd.namespace.answer();
    await expect.poll(() => stream.received, PATIENT).toBe('before within');
    await scene.hear('db', 'probe.answered', scene.count('db', 'probe.answered') + 1);
    expect(scene.count('db', 'probe.missed')).toBeGreaterThan(0);
    expect([scene.count('db', 'stop.began'), scene.status('db').pid]).toEqual([0, pid]);
  });

  test.each(['just before a probe', 'just after a probe'])(
    'keep an ssh with a stream through a loss of 4 s that begins %s',
    async (phase) => {
      const port = await findFreePorts(1);
      const forwards = [forwardOf('local', `127.0.0.1:${port}:127.0.0.1:${ECHO_PORT}`)];
      const scene = makeFleet([tunnelTo(sshd, { name: 'db', pollMs: 5000, forwards })]);
      scene.fleet.start(['db']);
      const { pid } = await scene.reach('db', 'healthy');
      const stream = await converse(port);
      stream.write('before ');
      await expect.poll(() => stream.received, PATIENT).toBe('before ');
      await scene.hear('db', 'probe.answered', scene.count('db', 'probe.answered') + 1);
      if (phase === 'just before a probe') await sleep(4800);
      await sshd.namespace.swallow();
      await sleep(4000);
      await sshd.namespace.answer();
      await scene.hear('db', 'probe.answered', scene.count('db', 'probe.answered') + 2);
      stream.write('after');
      await expect.poll(() => stream.received, PATIENT).toBe('before after');
      expect([scene.count('db', 'stop.began'), scene.status('db').pid]).toEqual([0, pid]);
    },
  );

  test('have their heartbeat through a script that starts ssh as its child', async () => {
    const ssh = join(createRunFolder().path, 'ssh');
    writeFileSync(ssh, '#!/bin/sh\nssh "$@"\n', { mode: 0o700 });
    const scene = makeFleet([tunnelTo(sshd, { name: 'db', pollMs: 200 })], { ssh });
    scene.fleet.start(['db']);
    await scene.reach('db', 'healthy');
    await scene.hear('db', 'probe.answered', 3);
    expect(scene.count('db', 'probe.unsent')).toBe(0);
  });

  test.each<HeartbeatKind>(['mux', 'loop', 'echo'])(
    'find a frozen session with the heartbeat %s, and heal',
    async (heartbeat) => {
      const port = await findFreePorts(1);
      const forwards = [forwardOf('local', `127.0.0.1:${port}:127.0.0.1:${ECHO_PORT}`)];
      const scene = makeFleet([tunnelTo(sshd, { name: 'db', pollMs: 200, heartbeat, forwards })]);
      scene.fleet.start(['db']);
      await scene.reach('db', 'healthy');
      await expectBytes(port);
      await scene.hear('db', 'probe.answered', 3);
      sshd.freeze();
      await scene.hear('db', 'stop.began');
      await scene.hear('db', 'tunnel.proved', 2);
      await scene.reach('db', 'healthy');
      await expectBytes(port);
      expect(scene.status('db').failure).toMatchObject({ class: 'dropped', times: 1 });
    },
  );

  test('wait for the remote port of a session that is dead and still holds it', async () => {
    const remote = forwardOf('remote', `8080:127.0.0.1:${await findFreePorts(1)}`);
    const spec = (name: string) => tunnelTo(sshd, { name, forwards: [remote] });
    const scene = makeFleet([spec('holder'), spec('waiter')], { chance: () => 0 });
    scene.fleet.start(['holder']);
    await scene.reach('holder', 'healthy');
    scene.fleet.start(['waiter']);
    await scene.hear('waiter', 'child.ended');
    expect(scene.status('waiter').failure).toMatchObject({
      class: 'remote-port-held',
      line: expect.stringContaining('remote port forwarding failed for listen port 8080'),
      sentence: expect.stringContaining('; tunnel holder has it at the same server'),
      remedy: expect.stringContaining('or disable holder'),
    });
    expect(scene.count('waiter', 'tunnel.proved')).toBe(0);
    await scene.fleet.stop(['holder']);
    await scene.reach('waiter', 'healthy');
  });

  test('name the tunnel that has a remote port at the same server, and none at another', async () => {
    const other = await startSshdInNamespace(['AllowTcpForwarding no']);
    try {
      const remote = forwardOf('remote', `8082:127.0.0.1:${await findFreePorts(1)}`);
      const forwards = [remote];
      const jump = ['ssh', ...sshd.clientArguments(), '-W', '%h:%p', sshd.destination].join(' ');
      const scene = makeFleet([
        tunnelTo(sshd, { name: 'holder', forwards }),
        tunnelTo(other, { name: 'elsewhere', forwards }),
        tunnelTo(sshd, { name: 'behind', forwards, options: ['-o', `ProxyCommand=${jump}`] }),
        tunnelTo(sshd, { name: 'late' }),
      ]);
      scene.fleet.start(['holder', 'late']);
      await scene.reach('holder', 'healthy');
      await scene.reach('late', 'healthy');
      scene.fleet.start(['elsewhere', 'behind']);
      for (const name of ['elsewhere', 'behind']) await scene.hear(name, 'child.ended');
      const refused = 'the server did not give port 8082: it is held, or not allowed';
      expect(scene.status('elsewhere').failure?.sentence).toBe(refused);
      // Where its connection leads is the jump host's to know.
      expect(scene.status('behind').failure?.sentence).toBe(
        `${refused}; tunnel holder has it, to the same host`,
      );
      await expect(scene.fleet.openForward('late', remote)).rejects.toThrow(
        `${refused}; tunnel holder has it at the same server`,
      );
    } finally {
      await endFleets();
      await other.close();
    }
  });

  test('survive an outage', async () => {
    const names = ['a', 'b', 'c'];
    const scene = makeFleet(
      names.map((name) => tunnelTo(sshd, { name })),
      { chance: () => 0 },
    );
    scene.fleet.start(names);
    for (const name of names) await scene.reach(name, 'healthy');
    await sshd.stop();
    for (const name of names) await scene.hear(name, 'child.ended', 3);
    expect(scene.status('a').failure?.class).toBe('unreachable');
    await sshd.start();
    for (const name of names) await scene.reach(name, 'healthy');
  });
});

describe.skipIf(missing !== undefined).each([['MaxStartups 2:100:2'], ['AllowTcpForwarding no']])(
  `a fleet and a server with %s${note}`,
  (line) => {
    let sshd: NamespaceSshd;

    beforeAll(async () => {
      sshd = await startSshdInNamespace([line]);
    });

    afterAll(() => sshd.close());

    test('come together', async () => {
      const names = Array.from({ length: 6 }, (_, n) => `t${n}`);
      const scene = makeFleet(
        names.map((name) => tunnelTo(sshd, { name, pollMs: 100 })),
        { startLimit: 2 },
      );
      scene.fleet.start(names);
      for (const name of names) await scene.reach(name, 'healthy');
      for (const name of names) await scene.hear(name, 'probe.answered', 3);
      await expect
        .poll(() => names.map((name) => scene.status(name).isDegraded), PATIENT)
        .toEqual(names.map(() => false));
    });
  },
);
