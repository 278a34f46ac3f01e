import { afterEach, expect, test } from 'vitest';
import { endScene, PATIENT, startServer } from './support/embedded-scene.ts';
import { createHoldfastScene, endHoldfastScenes, tunnelToServer } from './support/holdfast.ts';

afterEach(async () => {
  await endHoldfastScenes();
  await endScene();
});

test('supervise --up --log starts what is enabled, and says what happens', async () => {
  const scene = createHoldfastScene();
  const server = await startServer();
  scene.write(tunnelToServer('db', server) + tunnelToServer('off', server, { enabled: false }));
  const supervisor = scene.start('supervise', '--up', '--log');
  const states = async () => {
    const { tunnels } = await scene.status();
    return tunnels.map(({ name, isHealthy, state }) => [name, isHealthy ? 'healthy' : state]);
  };
  await expect
    .poll(() => states().catch(() => []), PATIENT)
    .toEqual([
      ['db', 'healthy'],
      ['off', 'stopped'],
    ]);
  await expect.poll(() => supervisor.stderr, PATIENT).toMatch(/ {2}db {2}the tunnel is healthy/);
  expect(supervisor.stderr).not.toContain('\u001b');
  expect(supervisor.stdout).toBe('');
  await scene.down();
  expect(await supervisor.ended).toBe(0);
});
