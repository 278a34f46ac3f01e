import { mkdirSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import { expectBytes } from './support/echo-bytes.ts';
import { endScene, startServer } from './support/embedded-scene.ts';
import { findFreePorts } from './support/free-ports.ts';
import {
  createHoldfastScene,
  echoForward,
  endHoldfastScenes,
  tunnelToServer,
} from './support/holdfast.ts';

afterEach(async () => {
  await endHoldfastScenes();
  await endScene();
});

/** What a shell, ssh_config, TOML or a URL could take for something else; the last two get a folder elsewhere. */
const NAMES = [
  `a b 'c' "d`,
  '100% %h %%',
  'back\\slash\\',
  '$HOME ~ #x {y}',
  'ünï-日本\nline',
  '${HOME}',
  'x'.repeat(80),
];

test('the home and the XDG folders may have any name', async () => {
  const server = await startServer();
  for (const name of NAMES) {
    const base = createHoldfastScene();
    const odd = base.folder.file(name);
    const inside = (path: string) => `${odd}/${path}`;
    for (const path of ['config/holdfast', 'run', 'state']) {
      mkdirSync(inside(path), { recursive: true, mode: 0o700 });
    }
    const scene = createHoldfastScene({
      HOME: odd,
      XDG_CONFIG_HOME: inside('config'),
      XDG_RUNTIME_DIR: inside('run'),
      XDG_STATE_HOME: inside('state'),
    });
    const port = await findFreePorts(1);
    scene.write(tunnelToServer('db', server, { local: [echoForward(port)] }));
    const file = ['--config', scene.configFile];
    await scene.up(...file, '--wait', '60s');
    await expectBytes(port);
    expect(await scene.holdfast('status'), name).toMatchObject({ status: 0, stderr: '' });
    expect((await scene.holdfast('logs')).stdout, name).toContain('healthy');
    await scene.down();
    expect(await scene.holdfast('status'), name).toMatchObject({ status: 3 });
  }
});
