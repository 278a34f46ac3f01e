import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { socketInodes } from '../listeners/socket-holder.ts';
import { listen, type ListeningServer } from '../testing/loopback.ts';
import { askCommand$ } from './ask-command.ts';
import { askHttp$ } from './ask-http.ts';
import { askTcp$ } from './ask-tcp.ts';
import { checkSockets, NO_CHECKS } from './check-sockets.ts';

const PATIENT = { timeout: 90_000 };

let server: ListeningServer | undefined;

afterEach(() => server?.close());

test('without checks nothing is theirs', () => {
  expect(checkSockets()).toBe(NO_CHECKS);
});

test.each([
  [
    'tcp',
    (port: number) =>
      askTcp$(
        { kind: 'tcp', address: { kind: 'tcp', host: '127.0.0.1', port } },
        { timeoutMs: 90_000 },
      ),
  ],
  ['http', (port: number) => askHttp$({ kind: 'http', url: `http://127.0.0.1:${port}/` })],
])('the connection of a %s check is known while it is open', async (_, ask) => {
  server = await listen(() => undefined);
  const other = connect(server.port, '127.0.0.1');
  await once(other, 'connect');
  const asking = ask(server.port).subscribe();
  await expect.poll(() => checkSockets().ports.size, PATIENT).toBe(1);
  const ports = () => server!.sockets.map(({ remotePort }) => remotePort);
  await expect.poll(() => ports().length, PATIENT).toBe(2);
  expect(ports()).toEqual(expect.arrayContaining([...checkSockets().ports]));
  expect(checkSockets().ports).not.toContain(other.localPort);
  asking.unsubscribe();
  await expect.poll(checkSockets, PATIENT).toBe(NO_CHECKS);
  other.destroy();
});

test.skipIf(process.platform !== 'linux')(
  'the sockets of a command, and of what it starts, are known until it ends',
  async () => {
    server = await listen(() => undefined);
    const program = `require('node:net').connect(${server.port}, '127.0.0.1')`;
    const script = `"$0" -e "$1" & wait`;
    const command = ['sh', '-c', script, process.execPath, program];
    const asking = askCommand$({ kind: 'command', command }).subscribe();
    await expect.poll(() => server!.sockets.length, PATIENT).toBe(1);
    const { inodes, ports } = checkSockets();
    expect(inodes.size).toBeGreaterThan(0);
    expect(ports.size).toBe(0);
    for (const own of socketInodes(process.pid)!) expect(inodes).not.toContain(own);
    asking.unsubscribe();
    await expect.poll(checkSockets, PATIENT).toBe(NO_CHECKS);
  },
);
