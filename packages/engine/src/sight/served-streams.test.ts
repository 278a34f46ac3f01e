import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { monotonicMs } from '../clock.ts';
import { parseTcpTable } from '../listeners/tcp-table.ts';
import { listen, visit } from '../testing/loopback.ts';
import { parseLives, wasServed } from './served-streams.ts';

/** What `ss -tieHOn` of iproute2 6.1 says of one connection. */
const LINE =
  '0 0 127.0.0.1:47360 127.0.0.1:29722 ino:88 sk:1306 cgroup:/ <-> ts sack bbr rto:204 mss:32768 cwnd:11 bytes_sent:2 bytes_acked:3 segs_out:4 lastsnd:300 lastrcv:20';

test.each<[string, string, ReturnType<typeof livesOf>]>([
  ['what was written', LINE, [['88', { bytesWritten: 2, openedAtMs: 700 }]]],
  [
    'that nothing was, and how old it is',
    LINE.replace(' bytes_sent:2', ''),
    [['88', { bytesWritten: 0, openedAtMs: 700 }]],
  ],
  [
    'that it is new',
    LINE.replace(' bytes_sent:2', '').replace(' lastsnd:300', ''),
    [['88', { bytesWritten: 0, openedAtMs: 1000 }]],
  ],
  ['nothing of a line without facts', LINE.replace(' mss:32768', ''), []],
  ['nothing of other words', 'Cannot open netlink socket: Protocol not supported', []],
])('ss tells %s', (_, text, told) => {
  expect(livesOf(text)).toEqual(told);
});

function livesOf(text: string) {
  return [...parseLives(text, 1000)];
}

describe('a stream was served', () => {
  const endings: (() => unknown)[] = [];

  afterEach(async () => {
    for (const end of endings.splice(0).reverse()) await end();
  });

  /** A connection that was let in here, as the table lists it. */
  async function letIn() {
    let socket!: Socket;
    const server = await listen((visitor) => (socket = visitor));
    endings.push(() => server.close());
    const client = visit(server.port);
    endings.push(() => client.destroy());
    await once(client, 'connect');
    await expect.poll(() => socket, { timeout: 90_000 }).toBeDefined();
    const { remotePort } = socket;
    const row = parseTcpTable(readFileSync('/proc/self/net/tcp', 'latin1')).find(
      (each) => each.port === server.port && each.remotePort === remotePort,
    )!;
    return { socket, client, row };
  }

  const LONG_BEFORE_MS = 5000;

  test('once something was written to it, and not before', async () => {
    const { socket, client, row } = await letIn();
    const heardAtMs = monotonicMs() - LONG_BEFORE_MS;
    client.write('a question');
    expect(await wasServed(process.pid, [row], heardAtMs)).toBe(false);
    socket.write('an answer');
    await once(client, 'data');
    expect(await wasServed(process.pid, [row], heardAtMs)).toBe(true);
  });

  test('once the server has spoken since it was let in', async () => {
    const { row } = await letIn();
    expect(await wasServed(process.pid, [row], monotonicMs() - LONG_BEFORE_MS)).toBe(false);
    expect(await wasServed(process.pid, [row], monotonicMs())).toBe(true);
  });

  test('as far as anybody knows if nobody tells, and not if there is none', async () => {
    const { row } = await letIn();
    const nowMs = monotonicMs() - LONG_BEFORE_MS;
    expect(await wasServed(process.pid, [{ inode: '1', port: 1 }], nowMs)).toBe(true);
    expect(await wasServed(process.pid, [row], undefined)).toBe(true);
    expect(await wasServed(process.pid, [], nowMs)).toBe(false);
  });
});
