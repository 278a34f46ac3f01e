import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { HeartbeatKind } from '@holdfast/engine';
import { afterEach, describe, expect, test } from 'vitest';
import { forwardOf, specOf } from '../../packages/engine/src/testing/tunnel-specs.ts';
import { expectBytes } from './support/echo-bytes.ts';
import { endScene, startLine, startServer } from './support/embedded-scene.ts';
import { endFleets, makeFleet, tunnelTo } from './support/fleet-scene.ts';
import { findFreePorts } from './support/free-ports.ts';
import { createRunFolder, removeRunFolders } from './support/run-folder.ts';

const ECHO_PORT = 7;

afterEach(async () => {
  await endFleets();
  await endScene();
  await removeRunFolders();
});

test('a frozen line is found by missed probes, and healed when patience is over', async () => {
  const server = await startServer();
  const line = await startLine(server);
  const { fleet, facts, reach, hear, events, status } = makeFleet([
    tunnelTo(server, { name: 'db', pollMs: 200, challenge: false, patienceMs: 3000 }, line.port),
  ]);
  fleet.start(['db']);
  const { pid } = await reach('db', 'healthy');
  await hear('db', 'probe.answered', 3);
  line.freeze();
  await hear('db', 'stop.began');
  line.thaw();
  await hear('db', 'tunnel.proved', 2);
  const told = facts('db').filter((fact) => fact !== 'probe.began' && fact !== 'probe.answered');
  // It is asked again and again while patience lasts.
  expect([...new Set(told.slice(told.indexOf('probe.missed')))]).toEqual([
    'probe.missed',
    'suspicion.began',
    'stop.began',
    'child.ended',
    'backoff.began',
    'start.asked',
    'start.began',
    'start.succeeded',
    'child.ready',
    'tunnel.proved',
  ]);
  const missed = events.filter(({ fact }) => fact.type === 'probe.missed');
  expect(missed).not.toEqual([]);
  for (const { sentence } of missed) expect(sentence).toContain('the server does not answer');
  await reach('db', 'healthy');
  expect(status('db').pid).not.toBe(pid);
  expect(status('db').failure).toMatchObject({ class: 'dropped', times: 1 });
  expect(fleet.why('db').sentences[1]).toContain('the server did not answer for ');
});

describe('a tunnel with the heartbeat', () => {
  test.each<[kind: HeartbeatKind, probes: boolean]>([
    ['mux', true],
    ['loop', true],
    ['echo', true],
    ['none', false],
  ])('%s is healthy, carries bytes, and is asked: %s', async (heartbeat, probes) => {
    const server = await startServer();
    const port = await findFreePorts(1);
    const forwards = [forwardOf('local', `127.0.0.1:${port}:127.0.0.1:${ECHO_PORT}`)];
    const { fleet, reach, hear, count, status } = makeFleet([
      tunnelTo(server, { name: 'db', pollMs: 200, heartbeat, forwards }),
    ]);
    fleet.start(['db']);
    await reach('db', 'healthy');
    await expectBytes(port);
    if (probes) await hear('db', 'probe.answered', 3);
    expect(count('db', 'probe.began') > 0).toBe(probes);
    expect(status('db').answeredAt !== null).toBe(probes);
    expect(status('db').starts).toBe(1);
  });

  test.each<HeartbeatKind>(['loop', 'echo'])('%s is healed when it freezes', async (heartbeat) => {
    const server = await startServer();
    const line = await startLine(server);
    const { fleet, reach, hear } = makeFleet([
      tunnelTo(server, { name: 'db', pollMs: 200, heartbeat }, line.port),
    ]);
    fleet.start(['db']);
    await reach('db', 'healthy');
    line.freeze();
    await hear('db', 'stop.began');
    line.thaw();
    await hear('db', 'tunnel.proved', 2);
    await reach('db', 'healthy');
  });
});

test.each<HeartbeatKind>(['none', 'mux', 'loop'])(
  'an ssh whose server greets, and then is silent, is never healthy with the heartbeat %s, and is started again',
  async (heartbeat) => {
    const greeter = createServer((socket) => {
      socket.on('error', () => undefined).write('SSH-2.0-OpenSSH_9.2\r\n');
    }).listen(0, '127.0.0.1');
    await once(greeter, 'listening');
    const { port } = greeter.address() as AddressInfo;
    const host = '127.0.0.1';
    const options = ['-F', 'none', '-p', String(port)];
    const { fleet, hear, facts, status } = makeFleet(
      [specOf({ name: 'db', host, heartbeat, options })],
      { chance: () => 0 },
    );
    fleet.start(['db']);
    try {
      await hear('db', 'start.began', 2);
      const told = facts('db');
      expect(told.slice(0, told.lastIndexOf('start.began') + 1)).toEqual([
        'backoff.began',
        'start.asked',
        'start.began',
        'start.succeeded',
        'stop.began',
        'child.ended',
        'backoff.began',
        'start.asked',
        'start.began',
      ]);
      expect(status('db').failure).toMatchObject({
        class: 'throttled',
        sentence: expect.stringMatching(/^ssh did not log in within \d+ s$/),
      });
    } finally {
      await endFleets();
      greeter.close();
    }
  },
);

test("a user's own control socket is left alone: no mux heartbeat, and no place kept from others", async () => {
  const server = await startServer();
  const port = await findFreePorts(1);
  const { fleet, hear, reach, count } = makeFleet(
    [
      tunnelTo(server, {
        name: 'own',
        options: ['-S', join(createRunFolder().path, 's')],
        forwards: [forwardOf('local', `127.0.0.1:${port}:127.0.0.1:${ECHO_PORT}`)],
      }),
      tunnelTo(server, { name: 'none', heartbeat: 'loop', options: ['-o', 'ControlMaster=no'] }),
      tunnelTo(server, { name: 'next' }),
    ],
    { startLimit: 2 },
  );
  fleet.start(['own', 'none', 'next']);
  await hear('next', 'start.asked');
  expect(fleet.status().tunnels.at(-1)?.obstacle).toMatchObject({ kind: 'host', starting: 2 });
  expect(await reach('own', 'healthy')).toMatchObject({
    unasked: expect.stringContaining('take away the control socket'),
  });
  await expectBytes(port);
  await reach('next', 'healthy');
  expect([count('own', 'probe.began'), count('own', 'start.began')]).toEqual([0, 1]);
  // A heartbeat over forwards needs no control socket.
  await hear('none', 'probe.answered');
});

test('the noise of a server that forbids forwards is not why a tunnel was lost', async () => {
  const server = await startServer({ allowForwarding: false });
  const { fleet, hear, reach, events } = makeFleet([tunnelTo(server, { name: 'db', pollMs: 10 })]);
  fleet.start(['db']);
  // More than is kept of ssh's words.
  await hear('db', 'probe.answered', 120);
  server.dropConnections();
  await hear('db', 'tunnel.proved', 2);
  const { failure } = await reach('db', 'healthy');
  expect(failure).toMatchObject({ class: 'dropped' });
  expect(JSON.stringify([failure, events])).not.toContain('remote port forwarding failed');
});
