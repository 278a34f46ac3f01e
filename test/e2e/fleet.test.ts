import { afterEach, expect, test } from 'vitest';
import { forwardOf, specOf } from '../../packages/engine/src/testing/tunnel-specs.ts';
import { endScene, PATIENT, startLine, startServer } from './support/embedded-scene.ts';
import { endFleets, makeFleet } from './support/fleet-scene.ts';
import { findFreePorts } from './support/free-ports.ts';
import { converse } from './support/tcp-conversation.ts';

const ECHO_PORT = 7;

afterEach(async () => {
  await endFleets();
  await endScene();
});

test('a tunnel is healthy when the server answered, and carries bytes', async () => {
  const server = await startServer();
  const port = await findFreePorts(1);
  const scene = makeFleet([
    specOf({
      name: 'db',
      host: server.destination,
      options: server.clientArguments(),
      forwards: [forwardOf('local', `127.0.0.1:${port}:127.0.0.1:${ECHO_PORT}`)],
    }),
  ]);
  scene.fleet.start(['db']);
  await expect.poll(() => scene.state('db'), PATIENT).toBe('healthy');
  expect(scene.facts('db').slice(0, 8)).toEqual([
    'backoff.began',
    'start.asked',
    'start.began',
    'start.succeeded',
    'child.ready',
    'probe.began',
    'tunnel.proved',
    'probe.answered',
  ]);
  const status = scene.status('db');
  expect(status).toMatchObject({
    starts: 1,
    phase: null,
    failure: null,
    needsAttention: false,
    forwards: [{ kind: 'local', isBound: true, isExtra: false }],
  });
  const conversation = await converse(port);
  conversation.write('hello');
  await expect.poll(() => conversation.received, PATIENT).toBe('hello');
  await scene.fleet.stop(['db']);
  expect(scene.status('db')).toMatchObject({ state: 'stopped', pid: null });
});

test('a dropped connection is started again at once, and the failure is told', async () => {
  const server = await startServer();
  const line = await startLine(server);
  const scene = makeFleet([
    specOf({
      name: 'db',
      host: server.destination,
      options: server.clientArguments(line.port),
    }),
  ]);
  scene.fleet.start(['db']);
  await expect.poll(() => scene.state('db'), PATIENT).toBe('healthy');
  line.cut();
  await expect.poll(() => scene.status('db').starts, PATIENT).toBe(2);
  await expect.poll(() => scene.state('db'), PATIENT).toBe('healthy');
  expect(scene.status('db').failure).toMatchObject({ class: 'dropped', times: 1 });
});
