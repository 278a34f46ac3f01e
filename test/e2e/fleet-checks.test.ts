import type { Check, CheckQuestion } from '@holdfast/engine';
import { afterEach, expect, test } from 'vitest';
import { forwardOf } from '../../packages/engine/src/testing/tunnel-specs.ts';
import { endScene, PATIENT, startServer } from './support/embedded-scene.ts';
import { endFleets, makeFleet, tunnelTo } from './support/fleet-scene.ts';
import { findFreePorts } from './support/free-ports.ts';

afterEach(async () => {
  await endFleets();
  await endScene();
});

/** A web server at the far end whose health can be set. */
async function startWebServer() {
  const web = { status: '200 OK' };
  const server = await startServer({
    services: {
      80: (stream) =>
        stream.once('data', () =>
          stream.end(`HTTP/1.1 ${web.status}\r\nContent-Length: 0\r\n\r\n`),
        ),
    },
  });
  const port = await findFreePorts(1);
  const forwards = [forwardOf('local', `127.0.0.1:${port}:127.0.0.1:80`)];
  return { web, server, port, forwards, url: `http://127.0.0.1:${port}/` };
}

function check(question: CheckQuestion, more: Partial<Check> = {}): Check {
  return { question, everyMs: 50, timeoutMs: 5000, restart: false, ...more };
}

test('a check is asked through the tunnel; a tunnel whose check fails is degraded, and stays', async () => {
  const { web, server, forwards, url } = await startWebServer();
  const checks = [check({ kind: 'http', url }, { forward: forwards[0]!.text })];
  const scene = makeFleet([tunnelTo(server, { name: 'web', forwards, checks })]);
  expect(scene.status('web').checks).toEqual([
    { question: `http ${url}`, forward: forwards[0]!.text, ok: null, at: null },
  ]);
  scene.fleet.start(['web']);
  await scene.reach('web', 'healthy');
  await expect.poll(() => scene.status('web').checks[0]?.ok, PATIENT).toBe(true);
  expect(scene.status('web').isDegraded).toBe(false);
  web.status = '500 Bad Day';
  await scene.hear('web', 'check.failed');
  const { isDegraded, pid, starts } = scene.status('web');
  expect([isDegraded, starts]).toEqual([true, 1]);
  expect(scene.fleet.why('web').sentences.join('\n')).toContain(`the check http ${url} fails`);
  web.status = '200 OK';
  await scene.hear('web', 'check.passed');
  expect(scene.status('web')).toMatchObject({ isDegraded: false, pid, starts: 1 });
  // Told once for each change, however often it was asked.
  expect([scene.count('web', 'check.failed'), scene.count('web', 'check.passed')]).toEqual([1, 1]);
});

test('a check that fails restarts its tunnel where that is wanted, and the answers of the old ssh are forgotten', async () => {
  const { web, server, forwards, url } = await startWebServer();
  const checks = [check({ kind: 'http', url }, { restart: true })];
  const scene = makeFleet([tunnelTo(server, { name: 'web', forwards, checks })]);
  scene.fleet.start(['web']);
  const { pid } = await scene.reach('web', 'healthy');
  await expect.poll(() => scene.status('web').checks[0]?.ok, PATIENT).toBe(true);
  web.status = '500 Bad Day';
  await scene.hear('web', 'stop.began');
  web.status = '200 OK';
  expect(scene.status('web').isDegraded).toBe(false);
  await scene.hear('web', 'tunnel.proved', 2);
  await expect.poll(() => scene.status('web').checks[0]?.ok, PATIENT).toBe(true);
  const after = await scene.reach('web', 'healthy');
  expect(after.pid).not.toBe(pid);
  expect(after.failure).toMatchObject({ class: 'dropped', sentence: expect.stringContaining(url) });
});

test('a tcp check fails when nobody listens at the far end of its forward, and passes when somebody does', async () => {
  const server = await startServer();
  const port = await findFreePorts(1);
  const forwards = [forwardOf('local', `127.0.0.1:${port}:127.0.0.1:5432`)];
  const address = { kind: 'tcp', host: '127.0.0.1', port } as const;
  const checks = [check({ kind: 'tcp', address })];
  const scene = makeFleet([tunnelTo(server, { name: 'db', forwards, checks })]);
  scene.fleet.start(['db']);
  await scene.hear('db', 'check.failed');
  expect(scene.status('db')).toMatchObject({ isDegraded: true, starts: 1 });
  server.serve(5432, (stream) => void stream.write('welcome'));
  await scene.hear('db', 'check.passed');
  expect(scene.status('db')).toMatchObject({ isDegraded: false, starts: 1 });
});

test('checks are asked only while the tunnel is healthy, and change without a new ssh', async () => {
  const { server, forwards, url } = await startWebServer();
  const spec = tunnelTo(server, { name: 'web', forwards });
  const scene = makeFleet([spec]);
  scene.fleet.start(['web']);
  const { pid } = await scene.reach('web', 'healthy');
  await scene.fleet.apply([{ ...spec, checks: [check({ kind: 'http', url })] }]);
  await expect.poll(() => scene.status('web').checks[0]?.ok, PATIENT).toBe(true);
  expect(scene.status('web').pid).toBe(pid);
  await scene.fleet.stop(['web']);
  expect(scene.status('web').checks).toMatchObject([{ ok: null, at: null }]);
});

test('ready, and who waits for it, wait until each check has passed; a check that fails is asked again soon', async () => {
  const server = await startServer();
  const port = await findFreePorts(1);
  const forwards = [forwardOf('local', `127.0.0.1:${port}:127.0.0.1:5432`)];
  const address = { kind: 'tcp', host: '127.0.0.1', port } as const;
  // At its interval it would be asked once in this test.
  const checks = [check({ kind: 'tcp', address }, { everyMs: 3_600_000 })];
  const scene = makeFleet([
    tunnelTo(server, { name: 'db', forwards, checks }),
    tunnelTo(server, { name: 'app', after: ['db'] }),
  ]);
  scene.fleet.start(['app']);
  let isReady = false;
  const ready = scene.fleet.ready().then(() => (isReady = true));
  await scene.hear('db', 'check.failed');
  expect(scene.status('db')).toMatchObject({ state: 'healthy', isHealthy: false });
  expect(scene.status('app')).toMatchObject({
    starts: 0,
    obstacle: { kind: 'tunnels', names: ['db'] },
  });
  expect(isReady).toBe(false);
  server.serve(5432, (stream) => void stream.write('welcome'));
  await ready;
  expect(scene.status('db')).toMatchObject({ isHealthy: true, starts: 1 });
  expect(scene.status('app')).toMatchObject({ isHealthy: true, starts: 1 });
  expect(scene.count('db', 'checks.passed')).toBe(1);
  expect(scene.events.find(({ fact }) => fact.type === 'tunnel.proved')?.sentence).toContain(
    'its checks are running',
  );
});
