import { createServer } from 'node:net';
import { once } from 'node:events';
import type { TunnelSpec } from '@holdfast/engine';
import { afterEach, describe, expect, test } from 'vitest';
import { forwardOf, specOf } from '../../packages/engine/src/testing/tunnel-specs.ts';
import { expectBytes } from './support/echo-bytes.ts';
import { endScene, PATIENT, startServer } from './support/embedded-scene.ts';
import { endFleets, makeFleet, sshStandIn, tunnelTo } from './support/fleet-scene.ts';
import { findFreePorts } from './support/free-ports.ts';
import { removeRunFolders } from './support/run-folder.ts';
import { converse } from './support/tcp-conversation.ts';

const ECHO_PORT = 7;
const NOTHING = {
  added: [],
  removed: [],
  restarted: [],
  adjusted: [],
  unchanged: [],
  problems: [],
};

afterEach(async () => {
  await endFleets();
  await endScene();
  await removeRunFolders();
});

function toEcho(port: number) {
  return forwardOf('local', `127.0.0.1:${port}:127.0.0.1:${ECHO_PORT}`);
}

/** Bytes that go and come without a pause. */
async function startStream(port: number) {
  const conversation = await converse(port);
  let sent = '';
  const timer = setInterval(() => {
    const line = `${sent.length} ${'x'.repeat(200)}\n`;
    sent += line;
    conversation.write(line);
  }, 2);
  return {
    conversation,
    async end() {
      clearInterval(timer);
      await expect.poll(() => conversation.received.length, PATIENT).toBe(sent.length);
      expect(conversation.received === sent).toBe(true);
      expect(conversation.isClosed).toBe(false);
    },
    flows: async () => {
      const before = conversation.received.length;
      await expect.poll(() => conversation.received.length, PATIENT).toBeGreaterThan(before + 2000);
    },
  };
}

test('forwards are changed on the running connection, and a stream through another goes on byte for byte', async () => {
  const server = await startServer();
  const first = await findFreePorts(3);
  const spec = tunnelTo(server, { name: 'db', forwards: [toEcho(first), toEcho(first + 1)] });
  const scene = makeFleet([spec]);
  scene.fleet.start(['db']);
  const { pid } = await scene.reach('db', 'healthy');
  const stream = await startStream(first);
  await stream.flows();
  const remote = forwardOf('remote', `8080:127.0.0.1:${first}`);
  const changed = { ...spec, forwards: [toEcho(first), toEcho(first + 2), remote] };
  expect(await scene.fleet.apply([changed])).toEqual({ ...NOTHING, adjusted: ['db'] });
  await expectBytes(first + 2);
  expect(server.remoteForwards).toContain(8080);
  const closed = createServer().listen(first + 1, '127.0.0.1');
  await once(closed, 'listening');
  closed.close();
  expect(await scene.fleet.apply([spec])).toEqual({ ...NOTHING, adjusted: ['db'] });
  expect(server.remoteForwards).not.toContain(8080);
  await stream.flows();
  await stream.end();
  expect(scene.status('db')).toMatchObject({ pid, starts: 1, state: 'healthy' });
  expect(scene.count('db', 'forward.opened')).toBe(3);
});

test('what did not change is left in peace; what is new is started, what went is stopped', async () => {
  const server = await startServer();
  const [a, b, c] = ['a', 'b', 'c'].map((name) => tunnelTo(server, { name }));
  const off = tunnelTo(server, { name: 'off', enabled: false });
  const scene = makeFleet([a!, b!]);
  scene.fleet.start(['a', 'b']);
  await scene.reach('b', 'healthy');
  const { pid } = await scene.reach('a', 'healthy');
  const changes = await scene.fleet.apply([structuredClone(a!), c!, off]);
  expect(changes).toEqual({ ...NOTHING, added: ['c', 'off'], removed: ['b'], unchanged: ['a'] });
  await scene.reach('c', 'healthy');
  expect(scene.fleet.status().tunnels.map(({ name }) => name)).toEqual(['a', 'c', 'off']);
  expect(scene.status('a').pid).toBe(pid);
  expect(scene.status('off')).toMatchObject({ state: 'stopped', starts: 0 });
  await expect.poll(() => server.connections, PATIENT).toBe(2);
});

describe('a change of', () => {
  test.each<[what: string, more: (port: number) => Partial<TunnelSpec>]>([
    ['the host', (port) => ({ host: `ssh://holdfast@127.0.0.1:${port}` })],
    ['the heartbeat', () => ({ heartbeat: 'none' })],
  ])('%s needs a new ssh', async (_, more) => {
    const server = await startServer();
    const spec = tunnelTo(server, { name: 'db' });
    const scene = makeFleet([spec]);
    scene.fleet.start(['db']);
    const { pid } = await scene.reach('db', 'healthy');
    const changed = { ...spec, ...more(server.port) };
    expect(await scene.fleet.apply([changed])).toEqual({ ...NOTHING, restarted: ['db'] });
    await scene.hear('db', 'tunnel.proved', 2);
    const after = await scene.reach('db', 'healthy');
    expect(after.pid).not.toBe(pid);
    expect(after).toMatchObject({ host: changed.host, heartbeat: changed.heartbeat });
    await expect.poll(() => server.connections, PATIENT).toBe(1);
  });

  test.each<[what: string, more: Partial<TunnelSpec>]>([
    ['the poll time', { pollMs: 50 }],
    ['the tags', { tags: ['work'] }],
    ['the rules', { rules: { gateMs: 0, maxStarts: 7, restart: { starts: 3, periodMs: 1000 } } }],
  ])('%s keeps the ssh', async (_, more) => {
    const server = await startServer();
    const spec = tunnelTo(server, { name: 'db', pollMs: 500 });
    const scene = makeFleet([spec]);
    scene.fleet.start(['db']);
    const { pid } = await scene.reach('db', 'healthy');
    expect(await scene.fleet.apply([{ ...spec, ...more }])).toEqual({
      ...NOTHING,
      adjusted: ['db'],
    });
    await scene.hear('db', 'probe.answered', 5);
    expect(scene.status('db')).toMatchObject({
      pid,
      starts: 1,
      ...(more.tags && { tags: more.tags }),
    });
  });

  test('what made a tunnel give up starts it again', async () => {
    const server = await startServer();
    const spec = tunnelTo(server, { name: 'db' });
    const scene = makeFleet([{ ...spec, options: ['-o', 'NoSuchOption=1', ...spec.options] }]);
    scene.fleet.start(['db']);
    await scene.reach('db', 'failed');
    expect(await scene.fleet.apply([spec])).toEqual({ ...NOTHING, restarted: ['db'] });
    await scene.reach('db', 'healthy');
  });

  test('a stopped tunnel does not start it', async () => {
    const server = await startServer();
    const spec = tunnelTo(server, { name: 'db' });
    const scene = makeFleet([spec]);
    const changed = { ...spec, forwards: [toEcho(await findFreePorts(1))] };
    expect(await scene.fleet.apply([changed])).toEqual({ ...NOTHING, adjusted: ['db'] });
    expect(scene.status('db')).toMatchObject({ state: 'stopped', starts: 0 });
  });
});

test('a forward that cannot be changed live costs a new ssh, and is told', async () => {
  const server = await startServer({ heldPorts: [8080] });
  const spec = tunnelTo(server, { name: 'db' });
  const scene = makeFleet([spec], { chance: () => 0 });
  scene.fleet.start(['db']);
  await scene.reach('db', 'healthy');
  const forwards = [forwardOf('remote', '8080:127.0.0.1:1')];
  const changes = await scene.fleet.apply([{ ...spec, forwards }]);
  expect(changes).toEqual({
    ...NOTHING,
    restarted: ['db'],
    problems: [{ tunnel: 'db', sentence: expect.stringContaining('8080') }],
  });
  await scene.hear('db', 'child.ended');
  expect(scene.status('db').failure?.class).toBe('remote-port-held');
  server.release(8080);
  await scene.reach('db', 'healthy');
});

describe('the last order stands', () => {
  const spec = specOf({ name: 'db', host: 'nowhere' });
  /** A fleet whose ssh takes its time to end. */
  async function startStubborn() {
    const ssh = sshStandIn("trap '' TERM", 'exec sleep 60');
    const scene = makeFleet([spec], { ssh });
    scene.fleet.start(['db']);
    await scene.hear('db', 'start.succeeded');
    return scene;
  }

  test('when a changed tunnel is removed before its old ssh has ended', async () => {
    const scene = await startStubborn();
    await scene.fleet.apply([{ ...spec, host: 'elsewhere' }]);
    expect(scene.state('db')).toBe('stopping');
    expect(await scene.fleet.apply([])).toEqual({ ...NOTHING, removed: ['db'] });
    await scene.fleet.close();
    expect(scene.count('db', 'start.began')).toBe(1);
  });

  test('when a changed tunnel is not enabled any more', async () => {
    const scene = await startStubborn();
    await scene.fleet.apply([{ ...spec, host: 'elsewhere', enabled: false }]);
    await scene.reach('db', 'stopped');
    await scene.fleet.close();
    expect(scene.count('db', 'start.began')).toBe(1);
  });

  test('when a tunnel that is being stopped is changed', async () => {
    const scene = await startStubborn();
    const stopped = scene.fleet.stop(['db']);
    await scene.fleet.apply([{ ...spec, host: 'elsewhere' }]);
    await stopped;
    await scene.fleet.close();
    expect(scene.count('db', 'start.began')).toBe(1);
  });

  test('when the fleet is closed while a list is applied', async () => {
    const scene = await startStubborn();
    const applied = scene.fleet.apply([{ ...spec, name: 'new' }]);
    const isRefused = expect(applied).rejects.toMatchObject({ code: 'closed' });
    await scene.reach('db', 'stopping');
    await scene.fleet.close();
    await isRefused;
    expect(scene.count('new', 'start.began')).toBe(0);
    await expect(scene.fleet.apply([spec])).rejects.toMatchObject({ code: 'closed' });
  });
});
