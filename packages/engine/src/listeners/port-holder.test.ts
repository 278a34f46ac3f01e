import { afterEach, describe, expect, test } from 'vitest';
import { startListener, type Listener } from '../testing/listener.ts';
import { closedPort, listen } from '../testing/loopback.ts';
import { skipWithout } from '../testing/missing-part.ts';
import { portHolder, strangerOnPort } from './port-holder.ts';
import { describeHolder } from './socket-holder.ts';

let listener: Listener | undefined;

afterEach(() => {
  listener?.close();
  listener = undefined;
});

test.each([
  [{ pid: 811, program: 'nc' }, 'pid 811 (nc)'],
  [undefined, 'another program'],
])('%j is called %s', (holder, words) => {
  expect(describeHolder(holder)).toBe(words);
});

const systemTells = process.platform === 'linux';

describe.skipIf(skipWithout('a system that tells who listens', systemTells))('the holder', () => {
  test.each(['127.0.0.1', '0.0.0.0'])('of a port on %s is named', async (host) => {
    listener = await startListener('some name', { host });
    expect(portHolder(listener.port)).toEqual({ pid: listener.pid, program: 'some name' });
  });

  test('of a port that nobody listens on is nobody', async () => {
    const port = await closedPort();
    expect(portHolder(port)).toBeUndefined();
    expect(strangerOnPort(port, process.pid)).toBeUndefined();
  });

  test('of a port at another address is nobody: a connection to 127.0.0.1 would not reach it', async () => {
    listener = await startListener('elsewhere', { host: '127.0.0.2' });
    expect(portHolder(listener.port)).toBeUndefined();
  });

  test('is no stranger if it is ssh itself', async () => {
    const server = await listen(() => undefined);
    expect(strangerOnPort(server.port, process.pid)).toBeUndefined();
    await server.close();
  });

  test('is a stranger if it is neither our ssh nor any ssh', async () => {
    listener = await startListener('nc');
    expect(strangerOnPort(listener.port, process.pid)).toBe(
      `monitor port ${listener.port} is held by pid ${listener.pid} (nc), not by ssh`,
    );
  });
});
