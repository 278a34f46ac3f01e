import { describe, expect, test } from 'vitest';
import { listen } from '../testing/loopback.ts';
import { skipWithout } from '../testing/missing-part.ts';
import { tcpListeners } from './listeners.ts';
import { tcpSockets } from './tcp-sockets.ts';

const systemTells = process.platform === 'linux';

describe.skipIf(skipWithout('/proc', systemTells))('the tables of the system', () => {
  test('are read once in one run of code, also for another process of the same network', () => {
    expect(tcpSockets(process.ppid)).toBe(tcpSockets('self'));
  });

  test('are read anew in the next', async () => {
    const before = tcpSockets('self');
    const server = await listen(() => undefined);
    expect(tcpSockets('self')).not.toBe(before);
    expect(tcpListeners().map(({ port }) => port)).toContain(server.port);
    await server.close();
    expect(tcpListeners().map(({ port }) => port)).not.toContain(server.port);
  });

  test('are empty for a process that is not there', () => {
    expect(tcpSockets(2 ** 30)).toEqual([]);
  });
});
