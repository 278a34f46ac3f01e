import type { TunnelStatus } from '@holdfast/engine';
import { afterEach, expect, test } from 'vitest';
import { expectBytes } from './support/echo-bytes.ts';
import { endScene, PATIENT, startServer } from './support/embedded-scene.ts';
import { findFreePorts } from './support/free-ports.ts';
import {
  createHoldfastScene,
  echoForward,
  endHoldfastScenes,
  type HoldfastScene,
  jsonOf,
  tunnelToServer,
} from './support/holdfast.ts';
import { listeningPorts } from './support/process-facts.ts';

afterEach(async () => {
  await endHoldfastScenes();
  await endScene();
});

/** A scene with one healthy tunnel, and two ports in a row; the tunnel forwards the first. */
async function startScene() {
  const server = await startServer();
  const port = await findFreePorts(2);
  const scene = createHoldfastScene();
  scene.write(tunnelToServer('db', server, { local: [echoForward(port)] }));
  await scene.up('--wait', '30s');
  return { server, port, scene, before: await tunnelOf(scene) };
}

async function tunnelOf(scene: HoldfastScene): Promise<TunnelStatus> {
  const [tunnel] = (await scene.status()).tunnels;
  if (tunnel === undefined) throw new Error('there is no tunnel');
  return tunnel;
}

test('"forward add" and "forward remove" work on the running connection', async () => {
  const { port, scene, before } = await startScene();
  const spec = echoForward(port + 1);
  const added = await scene.holdfast('forward', 'add', 'db', '-L', spec, '--json');
  expect(added).toMatchObject({ status: 0, stderr: '' });
  expect(jsonOf(added)).toEqual({ forward: spec });
  await expectBytes(port + 1);
  const during = await tunnelOf(scene);
  expect(during.forwards).toMatchObject([
    { text: echoForward(port), isExtra: false },
    { text: spec, isExtra: true, isBound: true },
  ]);
  const removed = await scene.holdfast('forward', 'remove', 'db', '-L', spec);
  expect(removed.status).toBe(0);
  expect(listeningPorts(before.pid!)).toEqual([port]);
  expect(await tunnelOf(scene)).toMatchObject({ pid: before.pid, starts: 1 });
});

test('a forward by hand gets the port that the server chooses, and stays through a restart', async () => {
  const { server, scene, before, port } = await startScene();
  const spec = `0:127.0.0.1:${port}`;
  const opened = await scene.holdfast('forward', 'add', 'db', 'remote', spec, '--json');
  expect(opened.status).toBe(0);
  const { port: chosen } = jsonOf(opened) as { port: number };
  expect(server.remoteForwards).toContain(chosen);
  await scene.holdfast('forward', 'add', 'db', '-L', echoForward(port + 1));
  expect(jsonOf(await scene.holdfast('restart', 'db', '--json'))).toEqual({ tunnels: ['db'] });
  await expect.poll(async () => (await tunnelOf(scene)).starts, PATIENT).toBe(2);
  await scene.up('--wait', '30s');
  expect((await tunnelOf(scene)).pid).not.toBe(before.pid);
  await expectBytes(port + 1);
});

test('"forward" is refused with a sentence for what cannot be done', async () => {
  const { server, port, scene } = await startScene();
  const cases = [
    ['add', 'nobody', '-L', echoForward(port + 1)],
    ['remove', 'db', '-L', echoForward(port + 1)],
    ['add', 'db', '-L', `127.0.0.1:${server.port}:127.0.0.1:7`],
  ];
  for (const words of cases) {
    const outcome = await scene.holdfast('forward', ...words);
    expect(outcome, words.join(' ')).toMatchObject({ status: 1, stdout: '' });
    expect(outcome.stderr).toMatch(/^holdfast: .+\n$/);
  }
  await expectBytes(port);
});
