import { afterEach, expect, test } from 'vitest';
import { endRuns, startAutossh } from './support/autossh.ts';
import { expectBytes } from './support/echo-bytes.ts';
import { endScene, forwardToEcho, PATIENT, startServer } from './support/embedded-scene.ts';
import { findFreePorts } from './support/free-ports.ts';
import {
  createHoldfastScene,
  echoForward,
  endHoldfastScenes,
  tunnelToServer,
} from './support/holdfast.ts';

// What has to be so under every version of Node: pnpm test:node runs this file with each of them.

afterEach(async () => {
  await endHoldfastScenes();
  await endRuns();
  await endScene();
});

test('autossh carries bytes, also after its ssh was lost, and writes nothing of its own to stderr', async () => {
  const server = await startServer();
  const port = await findFreePorts(1);
  const words = ['-M', '0', ...server.clientArguments(), ...forwardToEcho(port)];
  const settings = { AUTOSSH_RULES: '1.4' };
  const run = startAutossh([...words, server.destination], settings);
  await expectBytes(port);
  process.kill(run.sshPid, 'SIGKILL');
  await expect.poll(() => run.starts, PATIENT).toBe(2);
  await expectBytes(port);
  run.signal('SIGTERM');
  expect([await run.ended, run.stderr]).toEqual([1, '']);
});

test('a supervisor writes nothing to stderr while a tunnel comes up, loses its ssh and comes back', async () => {
  const server = await startServer();
  const port = await findFreePorts(1);
  const scene = createHoldfastScene();
  scene.write(tunnelToServer('db', server, { local: [echoForward(port)], poll: '200ms' }));
  const supervisor = scene.start('supervise');
  await expect.poll(() => scene.hello(), PATIENT).toMatchObject({ program: 'holdfast' });
  expect(await scene.up('--wait', '90s')).toMatchObject({ stderr: '' });
  await expectBytes(port);
  const [tunnel] = (await scene.status()).tunnels;
  process.kill(tunnel!.pid!, 'SIGKILL');
  await expect.poll(async () => (await scene.status()).tunnels[0]!.starts, PATIENT).toBe(2);
  await scene.up('--wait', '90s');
  await expectBytes(port);
  const down = await scene.down();
  expect([down.stderr, await supervisor.ended, supervisor.stderr]).toEqual(['', 0, '']);
});

test.each([
  ['client', ['help']],
  ['file', ['config', 'show']],
  ['supervisor', ['run', '--help']],
  ['inspector', ['chart']],
])('the program of %s starts with nothing on stderr', async (_, words) => {
  const scene = createHoldfastScene();
  scene.write('[tunnels.db]\nhost = "gw"\n');
  expect(await scene.holdfast(...words)).toMatchObject({ status: 0, stderr: '' });
});
