import { afterEach, expect, test } from 'vitest';
import { expectBytes } from './support/echo-bytes.ts';
import { endScene, PATIENT } from './support/embedded-scene.ts';
import { startForwardingScene, tunnelOf } from './support/forwarding-scene.ts';
import { echoForward, endHoldfastScenes, jsonOf } from './support/holdfast.ts';
import { listeningPorts } from './support/process-facts.ts';

afterEach(async () => {
  await endHoldfastScenes();
  await endScene();
});

test('"forward add" and "forward remove" work on the running connection', async () => {
  const { port, scene, before } = await startForwardingScene(2);
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
  const { server, scene, before, port } = await startForwardingScene(2);
  const spec = `0:127.0.0.1:${port}`;
  const opened = await scene.holdfast('forward', 'add', 'db', 'remote', spec, '--json');
  expect(opened.status).toBe(0);
  const { port: chosen } = jsonOf(opened) as { port: number };
  expect(server.remoteForwards).toContain(chosen);
  await scene.holdfast('forward', 'add', 'db', '-L', echoForward(port + 1));
  expect(jsonOf(await scene.holdfast('restart', 'db', '--json'))).toEqual({ tunnels: ['db'] });
  await expect.poll(async () => (await tunnelOf(scene)).starts, PATIENT).toBe(2);
  await scene.up('--wait', '90s');
  expect((await tunnelOf(scene)).pid).not.toBe(before.pid);
  await expectBytes(port + 1);
});

test('"forward" is refused with a sentence for what cannot be done', async () => {
  const { server, port, scene } = await startForwardingScene(2);
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
