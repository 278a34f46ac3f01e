import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { listen } from '../testing/loopback.ts';
import { skipWithout } from '../testing/missing-part.ts';
import { tcpListeners } from './listeners.ts';
import { findHolders, socketInodes } from './socket-holder.ts';

const systemTells = process.platform === 'linux';

describe.skipIf(skipWithout('/proc', systemTells))('the sockets of a process', () => {
  test('are those it has open', async () => {
    const server = await listen(() => undefined);
    const inode = tcpListeners().find(({ port }) => port === server.port)!.inode;
    expect(socketInodes(process.pid)).toContain(inode);
    expect(findHolders(new Set([inode])).get(inode)?.pid).toBe(process.pid);
    await server.close();
    expect(socketInodes(process.pid)).not.toContain(inode);
  });

  test('are not known of one that is not there', () => {
    expect(socketInodes(2 ** 30)).toBeUndefined();
  });

  test('nobody holds a socket that is not there', () => {
    expect(findHolders(new Set(['0']))).toEqual(new Map());
  });

  test('control characters are taken out of the name that a program gives itself', async () => {
    const script = `process.title = 'a\\u001b[2J\\n\\u202eb'; console.log(process.title.length);
      require('node:net').createServer().listen(0, '127.0.0.1', () => console.log('up'));`;
    const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    let heard = '';
    while (!heard.includes('up')) heard += String(await once(child.stdout, 'data'));
    const inode = [...socketInodes(child.pid!)!].find((own) =>
      tcpListeners().some((listener) => listener.inode === own),
    )!;
    expect(findHolders(new Set([inode])).get(inode)?.program).toBe('a\uFFFD[2J \uFFFDb');
    child.kill('SIGKILL');
  });
});
