import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { forwardOf } from '../../packages/engine/src/testing/tunnel-specs.ts';
import { expectBytes } from './support/echo-bytes.ts';
import { endScene, PATIENT, startServer } from './support/embedded-scene.ts';
import { endFleets, makeFleet, tunnelTo } from './support/fleet-scene.ts';
import { findFreePorts } from './support/free-ports.ts';
import { listeningPorts } from './support/process-facts.ts';

const ECHO_PORT = 7;

afterEach(async () => {
  await endFleets();
  await endScene();
});

function toEcho(port: number) {
  return forwardOf('local', `127.0.0.1:${port}:127.0.0.1:${ECHO_PORT}`);
}

test('a forward opened by hand carries bytes, survives a restart, and is gone when it is closed', async () => {
  const server = await startServer();
  const port = await findFreePorts(1);
  const scene = makeFleet([tunnelTo(server, { name: 'db' })]);
  scene.fleet.start(['db']);
  const { pid } = await scene.reach('db', 'healthy');
  const opened = await scene.fleet.openForward('db', toEcho(port));
  expect(opened).toEqual({ forward: toEcho(port).text });
  await expectBytes(port);
  expect(scene.status('db')).toMatchObject({ pid, forwards: [{ isBound: true, isExtra: true }] });

  scene.fleet.restart(['db']);
  await scene.hear('db', 'tunnel.proved', 2);
  const again = await scene.reach('db', 'healthy');
  expect(again.pid).not.toBe(pid);
  await expectBytes(port);

  await scene.fleet.closeForward('db', toEcho(port));
  expect(listeningPorts(again.pid!)).not.toContain(port);
  expect(scene.status('db')).toMatchObject({ pid: again.pid, forwards: [] });
  expect([scene.count('db', 'forward.opened'), scene.count('db', 'forward.closed')]).toEqual([
    1, 1,
  ]);
});

test('a remote forward with port 0 tells the port that the server chose, and can be closed', async () => {
  const server = await startServer();
  const scene = makeFleet([tunnelTo(server, { name: 'db' })]);
  scene.fleet.start(['db']);
  await scene.reach('db', 'healthy');
  const target = createServer((socket) => socket.end('hello')).listen(0, '127.0.0.1');
  await once(target, 'listening');
  const address = target.address();
  if (typeof address !== 'object' || address === null) return expect.unreachable();
  const remote = forwardOf('remote', `0:127.0.0.1:${address.port}`);
  const { port } = await scene.fleet.openForward('db', remote);
  expect(server.remoteForwards).toContain(port);
  const stream = await server.connect(port!);
  expect(String((await once(stream, 'data'))[0])).toBe('hello');
  await scene.fleet.closeForward('db', remote);
  await expect.poll(() => server.remoteForwards.includes(port!), PATIENT).toBe(false);
  target.close();
});

test('a forward that the server refuses is refused, and leaves nothing behind', async () => {
  const server = await startServer({ heldPorts: [8080] });
  const scene = makeFleet([tunnelTo(server, { name: 'db' })]);
  scene.fleet.start(['db']);
  const { pid } = await scene.reach('db', 'healthy');
  const opened = scene.fleet.openForward('db', forwardOf('remote', '8080:127.0.0.1:1'));
  await expect(opened).rejects.toMatchObject({ code: 'forward-failed' });
  expect(scene.status('db')).toMatchObject({ pid, forwards: [] });
});

test.each([
  ['whole', ['127.0.0.1', '::1']],
  ['at 127.0.0.1', ['127.0.0.1']],
  ['at ::1', ['::1']],
])(
  'a forward whose port is held %s is refused with the holder, and leaves nothing behind',
  async (_, addresses) => {
    const server = await startServer();
    const port = await findFreePorts(1);
    const holders = addresses.map((host) => createServer().listen(port, host));
    const listening = holders.map((holder) =>
      once(holder, 'listening').then(
        () => true,
        () => false,
      ),
    );
    // A machine without IPv6 has one half only.
    if ((await Promise.all(listening)).includes(false)) return;
    const scene = makeFleet([tunnelTo(server, { name: 'db' })]);
    scene.fleet.start(['db']);
    const { pid } = await scene.reach('db', 'healthy');
    const local = forwardOf('local', `${port}:127.0.0.1:${ECHO_PORT}`);
    await expect(scene.fleet.openForward('db', local)).rejects.toMatchObject({
      code: 'forward-failed',
      message: expect.stringContaining(`pid ${process.pid}`),
    });
    expect(listeningPorts(pid!)).not.toContain(port);
    expect(scene.status('db').forwards).toEqual([]);
    for (const holder of holders) holder.close();
    await scene.fleet.openForward('db', local);
    await expectBytes(port);
  },
);

test('a forward of the file is neither opened nor closed by hand', async () => {
  const server = await startServer();
  const port = await findFreePorts(1);
  const scene = makeFleet([tunnelTo(server, { name: 'db', forwards: [toEcho(port)] })]);
  scene.fleet.start(['db']);
  await scene.reach('db', 'healthy');
  const refusal = {
    code: 'forward-failed',
    message: expect.stringContaining('is in the tunnels file'),
  };
  await expect(scene.fleet.openForward('db', toEcho(port))).rejects.toMatchObject(refusal);
  await expect(scene.fleet.closeForward('db', toEcho(port))).rejects.toMatchObject(refusal);
  expect(scene.status('db').forwards).toMatchObject([{ isBound: true, isExtra: false }]);
  await expectBytes(port);
});

test('a tunnel that is not connected takes no forwards, and an unknown one no orders', async () => {
  const server = await startServer();
  const scene = makeFleet([tunnelTo(server, { name: 'db' })]);
  const local = forwardOf('local', `${await findFreePorts(1)}:127.0.0.1:${ECHO_PORT}`);
  await expect(scene.fleet.openForward('db', local)).rejects.toMatchObject({
    code: 'not-connected',
  });
  await expect(scene.fleet.closeForward('db', local)).rejects.toMatchObject({
    code: 'not-connected',
  });
  const unknown = { code: 'unknown-tunnel', message: 'unknown tunnel nobody' };
  await expect(scene.fleet.openForward('nobody', local)).rejects.toMatchObject(unknown);
  await expect(scene.fleet.stop(['nobody'])).rejects.toMatchObject(unknown);
  for (const order of ['start', 'restart'] as const) {
    expect(() => scene.fleet[order](['db', 'nobody'])).toThrow(unknown.message);
  }
  expect(() => scene.fleet.why('nobody')).toThrow(unknown.message);
  expect(scene.status('db').state).toBe('stopped');
});
