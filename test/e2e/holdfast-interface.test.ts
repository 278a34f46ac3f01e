import { execFile, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, statSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { askSocket, type RawRequest } from './support/control-request.ts';
import {
  createHoldfastScene,
  endHoldfastScenes,
  type HoldfastScene,
  tunnelToml,
} from './support/holdfast.ts';
import { missingPart } from './support/missing-part.ts';

const run = promisify(execFile);

const NOBODY = '65534';
const AS_NOBODY = ['--reuid', NOBODY, '--regid', NOBODY, '--clear-groups', '--'];
const noOtherUser = missingPart(
  spawnSync('setpriv', [...AS_NOBODY, 'true']).status === 0
    ? undefined
    : 'setpriv cannot become another user here',
);

let scene: HoldfastScene;
let pid: number | undefined;

beforeEach(async () => {
  scene = createHoldfastScene();
  scene.folder.writeScript('bin/ssh', 'exec sleep 60');
  scene.write(tunnelToml('db', 'gw', { heartbeat: 'none' }));
  await scene.up();
  pid = (await scene.hello())?.pid;
  expect(pid).toEqual(expect.any(Number));
});

afterEach(endHoldfastScenes);

/** The supervisor is the same as before, and does what it is told. */
async function expectAlive(): Promise<void> {
  expect(await scene.hello()).toMatchObject({ program: 'holdfast', pid });
  expect((await scene.holdfast('restart', 'db')).status).toBe(0);
}

describe('the socket', () => {
  const modeOf = (path: string) => statSync(path).mode & 0o777;

  test('is for its owner alone, and so is its folder', () => {
    expect(modeOf(scene.controlSocket)).toBe(0o600);
    expect(modeOf(dirname(scene.controlSocket))).toBe(0o700);
  });

  const CONNECT = `
    require('node:net').connect(process.argv[1])
      .on('connect', () => { console.log('connected'); process.exit(); })
      .on('error', ({ code }) => { console.log(code); process.exit(); });
  `;

  async function connectAs(words: readonly string[]): Promise<string> {
    const command = [...words, process.execPath, '-e', CONNECT, scene.controlSocket];
    const { stdout } = await run('env', command, { cwd: '/', timeout: 90_000 });
    return stdout.trim();
  }

  test.skipIf(noOtherUser)('lets no other user in, whichever of the two is left open', async () => {
    // What the scene itself keeps closed proves nothing.
    for (const path of [scene.folder.path, scene.folder.file('run')]) chmodSync(path, 0o755);
    expect(await connectAs([])).toBe('connected');
    expect(await connectAs(['setpriv', ...AS_NOBODY])).toBe('EACCES');
    chmodSync(dirname(scene.controlSocket), 0o755);
    expect(await connectAs(['setpriv', ...AS_NOBODY])).toBe('EACCES');
    chmodSync(dirname(scene.controlSocket), 0o700);
    chmodSync(scene.controlSocket, 0o666);
    expect(await connectAs(['setpriv', ...AS_NOBODY])).toBe('EACCES');
  });
});

describe('a request is refused, and the supervisor lives:', () => {
  const post = (body: string): RawRequest => ({ method: 'POST', body });

  test.each<[what: string, path: string, request: RawRequest, status: number, code: string]>([
    ['a body of 100 kB', '/v1/down', post('x'.repeat(100_000)), 413, 'too-large'],
    ['headers of 20 kB', '/v1/hello', { headers: { x: 'x'.repeat(20_000) } }, 431, 'too-large'],
    ['a body that is no JSON', '/v1/down', post('{"names":'), 400, 'bad-request'],
    ['a list for an object', '/v1/down', post('["db"]'), 400, 'bad-request'],
    ['an unknown key', '/v1/down', post('{"name":["db"]}'), 400, 'bad-request'],
    ['a number for a name', '/v1/down', post('{"names":[1]}'), 400, 'bad-request'],
    ['a relative path', '/v1/reload', post('{"config":"x.toml"}'), 400, 'bad-request'],
    ['a name that is nowhere', '/v1/down', post('{"names":["nobody"]}'), 404, 'unknown-tunnel'],
    ['an unknown path', '/v1/../v1/hello', {}, 404, 'not-found'],
    ['another method', '/v1/hello', { method: 'DELETE' }, 405, 'not-found'],
    ['no name', '/v1/why', {}, 400, 'bad-request'],
    ['two names', '/v1/why?name=db&name=db', {}, 400, 'bad-request'],
  ])('%s', async (_, path, request, status, code) => {
    const answer = await askSocket(scene.controlSocket, path, request);
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.text)).toEqual({
      error: { code, message: expect.stringMatching(/^\S.*[^.]$/) },
    });
    await expectAlive();
  });

  test.each([
    ['no HTTP', 'hello, is anybody there?\r\n\r\n'],
    ['nothing but zeros', '\0'.repeat(1000)],
    ['two lengths', 'POST /v1/down HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}'],
    ['TLS', '\u0016\u0003\u0001\u0002\0\u0001\0'],
  ])('%s', async (_, bytes) => {
    const socket = connect(scene.controlSocket);
    let text = '';
    socket.setEncoding('utf8').on('data', (piece: string) => (text += piece));
    socket.end(bytes, 'latin1');
    await once(socket, 'close');
    expect(text).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    expect(text).toContain('"code":"bad-request"');
    await expectAlive();
  });

  test('more connections than it takes', async () => {
    const sockets: Socket[] = [];
    for (let count = 0; count < 100; count += 1) {
      const socket = connect(scene.controlSocket).on('error', () => undefined);
      sockets.push(socket);
      await once(socket, 'connect');
    }
    const open = () => sockets.filter((socket) => !socket.destroyed && socket.readable).length;
    sockets.forEach((socket) => socket.resume());
    await expect.poll(open, { timeout: 90_000 }).toBe(64);
    sockets.forEach((socket) => socket.destroy());
    await expect.poll(() => scene.hello(), { timeout: 90_000 }).toMatchObject({ pid });
    await expectAlive();
  });
});

describe('a client of another protocol', () => {
  test.each([['2'], ['0'], ['one'], ['']])('that says "%s" is told so', async (protocol) => {
    const headers = { 'holdfast-protocol': protocol };
    const answer = await askSocket(scene.controlSocket, '/v1/status', { headers });
    expect(answer.status).toBe(426);
    expect(answer.headers['holdfast-protocol']).toBe('1');
    expect(JSON.parse(answer.text)).toMatchObject({
      error: { code: 'wrong-protocol', message: expect.stringContaining('protocol 1') },
    });
  });

  test('can ask who is there, and end it', async () => {
    const headers = { 'holdfast-protocol': '99' };
    const hello = await askSocket(scene.controlSocket, '/v1/hello', { headers });
    expect(JSON.parse(hello.text)).toMatchObject({ pid, protocol: 1 });
    const end = await askSocket(scene.controlSocket, '/v1/end', { method: 'POST', headers });
    expect(end.status).toBe(200);
    await expect.poll(() => scene.processes(), { timeout: 90_000 }).toEqual([]);
  });
});

test('control characters of a request never come back to the terminal', async () => {
  const outcome = await scene.holdfast('why', '\u001B[31mred\u0007');
  expect(outcome).toMatchObject({ status: 1, stdout: '' });
  expect(outcome.stderr).toContain('red');
  expect(outcome.stderr.trimEnd()).not.toMatch(/\p{Cc}/u);
});
