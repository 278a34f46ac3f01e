import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { FleetEvent } from '@holdfast/engine';
import { afterEach, expect, test } from 'vitest';
import { ForwardKeeper } from '../../packages/engine/src/fleet/member/forwards/forward-keeper.ts';
import { forwardOf } from '../../packages/engine/src/testing/tunnel-specs.ts';
import { endScene, PATIENT, startServer } from './support/embedded-scene.ts';
import { startSsh } from './support/real-ssh.ts';
import { createRunFolder, removeRunFolder } from './support/run-folder.ts';

const folder = createRunFolder();

afterEach(async () => {
  await endScene();
  await removeRunFolder(folder);
});

test('a remote forward that was cancelled behind our back is asked for again, and told with its new port', async () => {
  const server = await startServer();
  const path = join(folder.path, 'control');
  const master = ['-M', '-S', path, '-N', ...server.clientArguments(), server.destination];
  const ssh = startSsh(master);
  const facts: FleetEvent['fact'][] = [];
  const remote = forwardOf('remote', '0:127.0.0.1:7');
  const keeper = new ForwardKeeper({
    forwards: () => [remote],
    askSshConfig: () => Promise.resolve({ forwards: [], noWitness: undefined }),
    options: () => [],
    env: process.env,
    controlPath: () => path,
    pid: () => ssh.pid,
    tell: (fact) => facts.push(fact),
    giveUp: () => undefined,
  });
  await expect.poll(() => keeper.openRemote(path, [remote]), PATIENT).toBeUndefined();
  const first = keeper.known(remote)?.port;
  expect(server.remoteForwards).toEqual([first]);

  // For what it has ssh answers by itself.
  await keeper.renewRemote();
  expect(keeper.known(remote)).toMatchObject({ isBound: true, port: first });
  expect(server.remoteForwards).toEqual([first]);

  const cancel = ['-F', 'none', '-S', path, '-O', 'cancel', '-R', remote.text, 'x'];
  await promisify(execFile)('ssh', cancel);
  await expect.poll(() => server.remoteForwards, PATIENT).toEqual([]);
  await keeper.renewRemote();
  const { port } = keeper.known(remote)!;
  expect(server.remoteForwards).toEqual([port]);
  expect(facts).toContainEqual({ type: 'forward.opened', forward: remote.text, port: first });
  expect(facts).toContainEqual({ type: 'forward.opened', forward: remote.text, port });
});
