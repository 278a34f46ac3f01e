import { existsSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import { expectBytes } from './support/echo-bytes.ts';
import { endScene, PATIENT, startServer } from './support/embedded-scene.ts';
import { findFreePorts } from './support/free-ports.ts';
import {
  createHoldfastScene,
  echoForward,
  endHoldfastScenes,
  jsonOf,
  tunnelToServer,
} from './support/holdfast.ts';
import { listeningPorts } from './support/process-facts.ts';

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

afterEach(async () => {
  await endHoldfastScenes();
  await endScene();
});

async function startHealthy() {
  const server = await startServer();
  const port = await findFreePorts(1);
  const scene = createHoldfastScene();
  scene.write(tunnelToServer('db', server, { local: [echoForward(port)], tags: ['work'] }));
  const started = await scene.up('--wait', '90s', '--json');
  return { server, port, scene, started };
}

test('a healthy tunnel is there when "up --wait" returns, and carries bytes', async () => {
  const { scene, port, started } = await startHealthy();
  const hello = await scene.hello();
  expect(jsonOf(started)).toMatchObject({
    tunnels: ['db'],
    supervisor: { pid: hello?.pid, config: scene.configFile, isNew: true },
    isHealthy: true,
    status: { tunnels: [{ name: 'db', starts: 1 }] },
  });
  await expectBytes(port);
});

test('a healthy tunnel is told by "status --json" with all its keys, and status 0', async () => {
  const { scene, port, server } = await startHealthy();
  const outcome = await scene.holdfast('status', '--json');
  expect(outcome).toMatchObject({ status: 0, stderr: '' });
  const { at, tunnels } = jsonOf(outcome) as { at: string; tunnels: unknown[] };
  expect(at).toMatch(TIME);
  expect(tunnels).toEqual([
    {
      name: 'db',
      host: server.destination,
      tags: ['work'],
      after: [],
      enabled: true,
      required: true,
      state: expect.stringMatching(/^(healthy|probing)$/),
      since: expect.stringMatching(TIME),
      isHealthy: true,
      targetFailures: [],
      suspect: null,
      isDegraded: false,
      needsAttention: false,
      phase: null,
      pid: expect.any(Number),
      starts: 1,
      nextStartAt: null,
      obstacle: null,
      failure: null,
      end: null,
      heartbeat: 'mux',
      roundTripMs: expect.any(Number),
      answeredAt: expect.stringMatching(TIME),
      forwards: [{ kind: 'local', text: echoForward(port), isBound: true, isExtra: false }],
      checks: [],
    },
  ]);
});

test('a healthy tunnel is explained by "why", and its story is in "logs"', async () => {
  const { scene } = await startHealthy();
  const why = await scene.holdfast('why', 'db', '--json');
  expect(why.status).toBe(0);
  const { sentences, status } = jsonOf(why) as { sentences: string[]; status: object };
  expect(status).toMatchObject({ name: 'db', starts: 1 });
  expect(sentences.length).toBeGreaterThan(0);
  for (const sentence of sentences) expect(sentence).toMatch(/\.$/);
  expect(await scene.holdfast('why', 'nobody')).toMatchObject({
    status: 1,
    stdout: '',
    stderr: expect.stringContaining('nobody'),
  });
  const logs = await scene.holdfast('logs', '--json');
  const facts = logs.stdout.split('\n').slice(0, -1);
  expect(facts.map((line) => JSON.parse(line).fact.type)).toEqual(
    expect.arrayContaining(['supervisor.began', 'start.succeeded', 'tunnel.proved']),
  );
  const one = await scene.holdfast('logs', 'db', '--json', '-n', '1');
  expect(jsonOf(one)).toMatchObject({ tunnel: 'db' });
});

test('a healthy tunnel goes with "down": the supervisor, every ssh, the socket and the port', async () => {
  const { scene, server } = await startHealthy();
  const { tunnels } = await scene.status();
  const hello = await scene.hello();
  expect(scene.processes()).toEqual(expect.arrayContaining([hello?.pid, tunnels[0]?.pid]));
  const down = await scene.down('--json');
  expect(jsonOf(down)).toEqual({ tunnels: ['db'], supervisorEnded: true });
  expect(listeningPorts(tunnels[0]!.pid!)).toEqual([]);
  await expect.poll(() => scene.processes(), PATIENT).toEqual([]);
  expect(existsSync(scene.controlSocket)).toBe(false);
  await expect.poll(() => server.connections, PATIENT).toBe(0);
  expect((await scene.holdfast('status')).status).toBe(3);
  expect(jsonOf(await scene.down('--json'))).toEqual({ tunnels: [], supervisorEnded: false });
  const logs = await scene.holdfast('logs', '--json', '-n', '1');
  expect(jsonOf(logs)).toMatchObject({ fact: { type: 'supervisor.ended' } });
});

test('a healthy tunnel stays as it is at a second "up"', async () => {
  const { scene } = await startHealthy();
  const [before] = (await scene.status()).tunnels;
  const hello = await scene.hello();
  const again = await scene.up('--wait', '90s', '--json');
  expect(jsonOf(again)).toMatchObject({ supervisor: { pid: hello?.pid, isNew: false } });
  const [after] = (await scene.status()).tunnels;
  expect(after).toMatchObject({ pid: before?.pid, starts: 1 });
});

test('a healthy tunnel is ended by its name while the supervisor stays, and "status" then ends with 5', async () => {
  const { scene } = await startHealthy();
  expect(jsonOf(await scene.down('db', '--json'))).toEqual({
    tunnels: ['db'],
    supervisorEnded: false,
  });
  const [tunnel] = (await scene.status()).tunnels;
  expect(tunnel).toMatchObject({ state: 'stopped', pid: null });
  expect((await scene.holdfast('status', 'db')).status).toBe(5);
});
