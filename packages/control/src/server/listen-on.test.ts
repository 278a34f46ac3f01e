import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openScene } from '../testing/control-scene.ts';
import { makeRuntimeFolder } from '../testing/runtime-folder.ts';
import { skipWithout } from '../../../engine/src/testing/missing-part.ts';
import { isSocketError, listenOn } from './listen-on.ts';

let folder: ReturnType<typeof makeRuntimeFolder>;
const servers: ReturnType<typeof createServer>[] = [];
beforeEach(() => {
  folder = makeRuntimeFolder();
});
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
  folder.remove();
});

async function listen(path: string): Promise<void> {
  const server = createServer();
  servers.push(server);
  await listenOn(server, path);
}

async function refusalOf(path: string): Promise<[code: string, sentence: string]> {
  const error: unknown = await listen(path).catch((thrown: unknown) => thrown);
  if (!isSocketError(error)) throw new Error(`not refused: ${String(error)}`);
  return [error.code, error.message];
}

function modeOf(path: string): string {
  return (statSync(path).mode & 0o777).toString(8);
}

describe('a socket', () => {
  it('is for its owner alone, in a folder that is made for it', async () => {
    const umask = process.umask(0);
    try {
      await listen(folder.file('run/holdfast/control.sock'));
    } finally {
      process.umask(umask);
    }
    expect(modeOf(folder.file('run/holdfast'))).toBe('700');
    expect(modeOf(folder.file('run/holdfast/control.sock'))).toBe('600');
  });

  it('is never replaced while somebody answers on it', async () => {
    const path = folder.file('control.sock');
    await listen(path);
    expect(await refusalOf(path)).toEqual([
      'socket-in-use',
      `another supervisor answers on ${path}`,
    ]);
  });

  it('takes the place of one that a dead supervisor left', async () => {
    const path = folder.file('control.sock');
    const dying = `require('node:net').createServer().listen(process.argv[1], () => process.kill(process.pid, 'SIGKILL'))`;
    spawnSync(process.execPath, ['-e', dying, path]);
    expect(statSync(path).isSocket()).toBe(true);
    await listen(path);
  });

  it('takes the place of nothing else', async () => {
    const path = folder.file('control.sock');
    writeFileSync(path, 'precious');
    expect(await refusalOf(path)).toEqual([
      'not-a-socket',
      `${path} is not a socket: move it out of the way`,
    ]);
  });

  it('with a path that the system would cut is refused', async () => {
    const path = folder.file('x'.repeat(120));
    expect((await refusalOf(path))[0]).toBe('path-too-long');
  });
});

describe('a folder', () => {
  it.each([0o755, 0o701, 0o770, 0o777])('of mode %o is refused', async (mode) => {
    const path = folder.file('run');
    mkdirSync(path);
    chmodSync(path, mode);
    expect(await refusalOf(join(path, 'control.sock'))).toEqual([
      'unsafe-folder',
      `${path} has the permissions ${mode.toString(8)}, not 700: remove it, or run "chmod 700" on your own`,
    ]);
  });

  it('behind a symbolic link is refused', async () => {
    mkdirSync(folder.file('real'), { mode: 0o700 });
    symlinkSync(folder.file('real'), folder.file('run'));
    const [code, sentence] = await refusalOf(folder.file('run/control.sock'));
    expect(code).toBe('unsafe-folder');
    expect(sentence).toContain('is a symbolic link');
  });
});

const AS_NOBODY = ['--reuid', '65534', '--regid', '65534', '--clear-groups'];

function runAsNobody(...words: string[]) {
  return spawnSync('setpriv', [...AS_NOBODY, ...words], { encoding: 'utf8' });
}

const canBeNobody = runAsNobody(process.execPath, '-e', '0').status === 0;

describe.skipIf(skipWithout('root, setpriv and a node that others may run', canBeNobody))(
  'another user',
  () => {
    it('cannot connect, neither through the folder nor to the socket itself', async () => {
      const scene = await openScene();
      const connecting = `require('node:net').connect(process.argv[1])
        .on('error', (error) => console.log(error.code)).on('connect', function () { console.log('in'); this.destroy(); })`;
      const tryIt = () =>
        runAsNobody(process.execPath, '-e', connecting, scene.socketPath).stdout.trim();
      expect(tryIt()).toBe('EACCES');
      chmodSync(join(scene.socketPath, '..'), 0o711);
      expect(tryIt()).toBe('EACCES');
      chmodSync(scene.socketPath, 0o666);
      expect(tryIt()).toBe('in');
      await scene.close();
    });

    it('does not get a folder of ours, nor we one of theirs', async () => {
      const path = folder.file('theirs');
      chmodSync(folder.path, 0o777);
      runAsNobody('mkdir', '-m', '700', path);
      const [code, sentence] = await refusalOf(join(path, 'control.sock'));
      expect(code).toBe('unsafe-folder');
      expect(sentence).toContain('belongs to uid 65534, not to 0');
    });
  },
);
