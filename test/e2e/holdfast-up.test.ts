import { afterEach, describe, expect, test } from 'vitest';
import { askSocket } from './support/control-request.ts';
import { endScene, PATIENT, startServer } from './support/embedded-scene.ts';
import { findFreePorts } from './support/free-ports.ts';
import {
  createHoldfastScene,
  endHoldfastScenes,
  jsonOf,
  startHoldfast,
  tunnelToml,
  tunnelToServer,
} from './support/holdfast.ts';

afterEach(async () => {
  await endHoldfastScenes();
  await endScene();
});

test('8 "up" at once start one supervisor, and one ssh', async () => {
  const server = await startServer();
  const scene = createHoldfastScene();
  scene.write(tunnelToServer('db', server));
  const outcomes = await Promise.all(
    Array.from({ length: 8 }, () => scene.up('--wait', '90s', '--json')),
  );
  const supervisors = outcomes.map(
    (outcome) => (jsonOf(outcome) as { supervisor: { pid: number; isNew: boolean } }).supervisor,
  );
  expect(new Set(supervisors.map(({ pid }) => pid)).size).toBe(1);
  expect(supervisors.filter(({ isNew }) => isNew)).toHaveLength(1);
  const [tunnel] = (await scene.status()).tunnels;
  expect(tunnel).toMatchObject({ starts: 1 });
  const expected = new Set([supervisors[0]?.pid, tunnel?.pid]);
  await expect.poll(() => new Set(scene.processes()), PATIENT).toEqual(expected);
});

describe('a file with errors', () => {
  const BROKEN = '[tunnels.db]\nhost = "gw"\nlocale = ["5432:db:5432"]\npoll = 5\n';

  test('starts nothing, and every error is told with its place', async () => {
    const scene = createHoldfastScene();
    scene.write(BROKEN);
    const outcome = await scene.holdfast('up');
    expect(outcome).toMatchObject({ status: 4, stdout: '' });
    expect(outcome.stderr).toContain(`${scene.configFile}:3:1: unknown key "locale"`);
    expect(outcome.stderr).toContain(`${scene.configFile}:4:8: invalid value 5`);
    expect(scene.processes()).toEqual([]);
    const asJson = jsonOf(await scene.holdfast('up', '--json'));
    expect(asJson).toMatchObject({
      error: {
        code: 'config-invalid',
        locations: [
          { file: scene.configFile, line: 3, column: 1 },
          { file: scene.configFile, line: 4, column: 8 },
        ],
      },
    });
  });

  test('changes nothing that runs', async () => {
    const server = await startServer();
    const scene = createHoldfastScene();
    scene.write(tunnelToServer('db', server));
    await scene.up('--wait', '90s');
    const [before] = (await scene.status()).tunnels;
    scene.write(BROKEN);
    expect((await scene.holdfast('up')).status).toBe(4);
    const [after] = (await scene.status()).tunnels;
    expect(after).toMatchObject({ host: server.destination, pid: before?.pid, starts: 1 });
  });

  test('that is missing is told by its path', async () => {
    const scene = createHoldfastScene();
    expect(await scene.holdfast('up')).toMatchObject({
      status: 4,
      stderr: expect.stringContaining(scene.configFile),
    });
  });
});

test.each([
  ['status'],
  ['why', 'db'],
  ['restart'],
  ['reload'],
  ['forward', 'add', 'db', '-L', '1:db:1'],
  ['forward', 'remove', 'db', '-L', '1:db:1'],
])('without a supervisor "%s" ends with 3, and says how to start one', async (...words) => {
  const scene = createHoldfastScene();
  scene.write(tunnelToml('db', 'gw'));
  expect(await scene.holdfast(...words)).toEqual({
    status: 3,
    stdout: '',
    stderr: 'holdfast: no supervisor is running; start it with: holdfast up\n',
  });
  expect(jsonOf(await scene.holdfast(...words, '--json'))).toMatchObject({
    error: { code: 'not-running' },
  });
});

test('a tunnel that does not come up ends "status" and "up --wait" with 5, and says why', async () => {
  const scene = await startHoldfast(tunnelToml('db', 'gw', { heartbeat: 'none' }), {
    PATH: '/nowhere',
  });
  const failed = await scene.holdfast('up', '--wait', '30s', '--json');
  expect(failed.status).toBe(5);
  expect(jsonOf(failed)).toMatchObject({
    isHealthy: false,
    status: { tunnels: [{ state: 'failed', needsAttention: true, failure: { class: 'usage' } }] },
  });
  const status = await scene.holdfast('status');
  expect(status.status).toBe(5);
  expect(status.stdout).toContain('failed');
});

test('a tunnel that is not enabled is left alone until it is named', async () => {
  const scene = createHoldfastScene();
  scene.folder.writeScript('bin/ssh', 'exec sleep 60');
  const off = tunnelToml('off', 'gw', { enabled: false, heartbeat: 'none' });
  scene.write(`${tunnelToml('on', 'gw', { heartbeat: 'none' })}${off}`);
  expect(jsonOf(await scene.up('--json'))).toMatchObject({ tunnels: ['on'] });
  expect((await scene.status()).tunnels).toMatchObject([
    { name: 'on', enabled: true },
    { name: 'off', enabled: false, state: 'stopped', starts: 0 },
  ]);
  expect(jsonOf(await scene.holdfast('restart', '--json'))).toEqual({ tunnels: ['on'] });
  for (const order of ['up', 'restart', 'down', 'probe']) {
    const nobody = { method: 'POST', body: '{"names":[]}' };
    const { text } = await askSocket(scene.controlSocket, `/v1/${order}`, nobody);
    expect(JSON.parse(text), order).toEqual({ tunnels: [] });
  }
  expect((await scene.status()).tunnels).toMatchObject([
    { name: 'on', pid: expect.any(Number) },
    { name: 'off', state: 'stopped', starts: 0 },
  ]);
  expect(jsonOf(await scene.up('off', '--json'))).toMatchObject({ tunnels: ['off'] });
  await expect
    .poll(async () => (await scene.status()).tunnels[1]?.pid, PATIENT)
    .toEqual(expect.any(Number));
});

test('--wait and the exit status of status wait until each check has passed', async () => {
  const server = await startServer();
  const port = await findFreePorts(1);
  const scene = createHoldfastScene();
  // At its interval the check would be asked once in this test.
  const check = `check = { tcp = "127.0.0.1:${port}", every = "1h" }\n`;
  const local = [`127.0.0.1:${port}:127.0.0.1:5432`];
  scene.write(tunnelToServer('db', server, { local }) + check);
  const early = await scene.holdfast('up', '--wait', '4s');
  expect(early).toMatchObject({ status: 5, stdout: expect.stringContaining('0 of 1 tunnel') });
  expect(early.stdout).toContain(`check tcp 127.0.0.1:${port} fails`);
  expect((await scene.holdfast('status')).status).toBe(5);
  server.serve(5432, (stream) => void stream.write('welcome'));
  await scene.up('--wait', '90s');
  expect((await scene.holdfast('status')).status).toBe(0);
  expect((await scene.status()).tunnels).toMatchObject([{ isHealthy: true, starts: 1 }]);
});
