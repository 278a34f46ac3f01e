import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { endScene, PATIENT, startLine, startServer } from './support/embedded-scene.ts';
import { endFleets, type FleetScene, makeFleet, tunnelTo } from './support/fleet-scene.ts';

afterEach(async () => {
  await endFleets();
  await endScene();
});

test('a tunnel starts only when those that it waits for are healthy, and does not fall with them', async () => {
  const server = await startServer();
  const line = await startLine(server);
  await line.refuse();
  const scene = makeFleet(
    [
      tunnelTo(server, { name: 'jump' }, line.port),
      tunnelTo(server, { name: 'db', after: ['jump'] }),
    ],
    { chance: () => 0 },
  );
  // What is waited for is started too.
  scene.fleet.start(['db']);
  await scene.hear('jump', 'child.ended');
  expect(scene.status('db')).toMatchObject({
    state: 'backoff',
    starts: 0,
    nextStartAt: null,
    obstacle: { kind: 'tunnels', names: ['jump'] },
  });
  expect(scene.fleet.why('db').sentences.at(-1)).toBe(
    'The next start waits until jump is healthy.',
  );
  await line.accept();
  await scene.reach('db', 'healthy');
  const order = scene.events.filter(
    ({ tunnel, fact }) =>
      (tunnel === 'jump' && fact.type === 'tunnel.proved') ||
      (tunnel === 'db' && fact.type === 'start.began'),
  );
  expect(order.map(({ tunnel }) => tunnel)).toEqual(['jump', 'db']);
  const { pid } = scene.status('db');
  await line.refuse();
  await scene.hear('jump', 'child.ended', 3);
  const answers = scene.count('db', 'probe.answered');
  scene.fleet.restart(['jump']);
  await scene.hear('db', 'probe.answered', answers + 1);
  expect(scene.status('db').pid).toBe(pid);
});

test('a tunnel that waits for another is stopped while it waits, and never starts', async () => {
  const server = await startServer();
  const line = await startLine(server);
  await line.refuse();
  const scene = makeFleet([
    tunnelTo(server, { name: 'jump' }, line.port),
    tunnelTo(server, { name: 'db', after: ['jump'] }),
  ]);
  scene.fleet.start(['db']);
  await scene.fleet.stop(['db']);
  await line.accept();
  await scene.reach('jump', 'healthy');
  expect(scene.status('db')).toMatchObject({ state: 'stopped', starts: 0, obstacle: null });
});

test('what is waited for is started also while it is still being stopped', async () => {
  const server = await startServer();
  const scene = makeFleet([
    tunnelTo(server, { name: 'jump' }),
    tunnelTo(server, { name: 'db', after: ['jump'] }),
  ]);
  scene.fleet.start(['jump']);
  await scene.reach('jump', 'healthy');
  const stopped = scene.fleet.stop(['jump']);
  expect(scene.state('jump')).toBe('stopping');
  scene.fleet.start(['db']);
  await stopped;
  await scene.reach('db', 'healthy');
  await scene.reach('jump', 'healthy');
});

/** The most that were on their way at a time: started, and not yet logged in. */
function mostAtATime({ events }: FleetScene, names: readonly string[]): number {
  const onTheirWay = new Set<string>();
  let most = 0;
  for (const { tunnel, fact } of events) {
    if (tunnel === null || !names.includes(tunnel)) continue;
    if (fact.type === 'start.began') onTheirWay.add(tunnel);
    if (fact.type === 'child.ready' || fact.type === 'child.ended') onTheirWay.delete(tunnel);
    most = Math.max(most, onTheirWay.size);
  }
  return most;
}

test('no more than 8 connections to one host are on their way at a time', async () => {
  const server = await startServer();
  const line = await startLine(server);
  line.freeze();
  const names = Array.from({ length: 12 }, (_, n) => `t${n}`);
  // None of them gives up while the line is frozen, however long that is.
  const options = ['-o', 'ConnectTimeout=600'];
  const scene = makeFleet([
    ...names.map((name) => tunnelTo(server, { name, options }, line.port)),
    tunnelTo(server, { name: 'elsewhere', host: 'holdfast@localhost' }),
  ]);
  scene.fleet.start([...names, 'elsewhere']);
  const isRunning = (name: string) => scene.status(name).pid !== null;
  await expect.poll(() => names.filter(isRunning), PATIENT).toEqual(names.slice(0, 8));
  // Another host has places of its own.
  await scene.reach('elsewhere', 'healthy');
  const waiting = names.slice(8).map((name) => scene.status(name).obstacle);
  expect(new Set(waiting.map((obstacle) => JSON.stringify(obstacle)))).toEqual(
    new Set([JSON.stringify({ kind: 'host', destination: '127.0.0.1', starting: 8 })]),
  );
  expect(names.filter(isRunning)).toHaveLength(8);
  line.thaw();
  for (const name of names) await scene.reach(name, 'healthy');
  expect(mostAtATime(scene, names)).toBe(8);
  expect(server.acceptedConnections).toBe(13);
});

test('a tunnel that gets through ends the waits of the others at its host', async () => {
  const slammed = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
  await once(slammed, 'listening');
  const address = slammed.address();
  if (typeof address !== 'object' || address === null) return expect.unreachable();
  const server = await startServer();
  const scene = makeFleet(
    [
      tunnelTo(server, { name: 'slow' }, address.port),
      tunnelTo(server, { name: 'other', host: 'holdfast@localhost' }, address.port),
      tunnelTo(server, { name: 'lucky' }),
    ],
    { chance: () => 1 },
  );
  for (let times = 1; times <= 5; times += 1) {
    scene.fleet.start(['slow', 'other']);
    for (const name of ['slow', 'other']) await scene.hear(name, 'backoff.began', times + 1);
  }
  const { nextStartAt, failure } = scene.status('slow');
  expect(failure).toMatchObject({ class: 'throttled', times: 5 });
  const [asked, starts] = [scene.count('slow', 'start.asked'), scene.status('other').starts];
  scene.fleet.start(['lucky']);
  await scene.hear('slow', 'start.asked', asked + 1);
  const askedAt = scene.events.findLast(
    ({ tunnel, fact }) => tunnel === 'slow' && fact.type === 'start.asked',
  )!.at;
  expect(Date.parse(askedAt)).toBeLessThan(Date.parse(nextStartAt!));
  expect(scene.count('lucky', 'tunnel.proved')).toBe(1);
  expect(scene.status('other').starts).toBe(starts);
  slammed.close();
});
