import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makeWayFor, socketPath } from './socket-path.ts';

describe('the path of a forward', () => {
  test.each([
    ['/run/db.sock', '/run/db.sock'],
    ['${RUN}/db.sock', '/run/user/7/db.sock'],
    ['%d/db%%.sock', `${userInfo().homedir}/db%.sock`],
    ['/tmp/%u-%i', `/tmp/${userInfo().username}-${userInfo().uid}`],
    ['/tmp/%r.sock', undefined],
    ['${NOWHERE}/db.sock', undefined],
  ])('%s is known to be %s', (written, path) => {
    expect(socketPath(written, { RUN: '/run/user/7' })).toBe(path);
  });
});

describe('way is made', () => {
  let folder: string;
  let path: string;
  const servers: Server[] = [];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'holdfast-way-'));
    path = join(folder, 'a.sock');
  });

  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
    rmSync(folder, { recursive: true });
  });

  async function listen(at: string): Promise<Server> {
    const server = createServer().listen(at);
    servers.push(server);
    await once(server, 'listening');
    return server;
  }

  /** As a killed program leaves it. */
  function leaveSocketBehind(): void {
    const program = `require('node:net').createServer().listen(process.argv[1], () => process.kill(process.pid, 9))`;
    expect(() => execFileSync(process.execPath, ['-e', program, path])).toThrow();
    expect(lstatSync(path).isSocket()).toBe(true);
  }

  test('where nothing is', async () => {
    expect(await makeWayFor(path)).toBeUndefined();
  });

  test('never where the folder is missing, or is a file', async () => {
    writeFileSync(path, 'mine');
    for (const at of [join(folder, 'no', 'a.sock'), join(path, 'a.sock')]) {
      expect(await makeWayFor(at)).toEqual({ path: at, kind: 'no folder', folder: dirname(at) });
    }
  });

  test('where a socket was left behind', async () => {
    leaveSocketBehind();
    expect(await makeWayFor(path)).toBeUndefined();
    expect(existsSync(path)).toBe(false);
  });

  test('never where somebody listens: he is named', async () => {
    await listen(path);
    const holder =
      process.platform === 'linux' ? expect.objectContaining({ pid: process.pid }) : undefined;
    expect(await makeWayFor(path)).toEqual({ path, kind: 'held', holder });
    expect(existsSync(path)).toBe(true);
  });

  test.each([
    ['a file', () => writeFileSync(path, 'mine')],
    ['a folder', () => mkdirSync(path)],
    ['a symbolic link', () => symlinkSync('/no/where', path)],
    ['a device or pipe', () => execFileSync('mkfifo', [path])],
  ])('never where %s is', async (what, make) => {
    make();
    expect(await makeWayFor(path)).toEqual({ path, kind: 'occupied', what });
    expect(lstatSync(path).isSocket()).toBe(false);
  });
});
