import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { parseTcpTable } from '../listeners/tcp-table.ts';
import { listen, visit } from '../testing/loopback.ts';
import { parseSentBytes, wasServed } from './served-streams.ts';

/** What `ss -tieHOn` of iproute2 6.1 says of one connection. */
const LINE =
  '0 0 127.0.0.1:47360 127.0.0.1:29722 ino:88 sk:1306 cgroup:/ <-> ts sack bbr rto:204 mss:32768 cwnd:11 bytes_sent:2 bytes_acked:3 segs_out:4';

test.each<[string, string, [string, number][]]>([
  ['what was written', LINE, [['88', 2]]],
  ['that nothing was', LINE.replace(' bytes_sent:2', ''), [['88', 0]]],
  ['nothing of a line without facts', LINE.replace(' mss:32768', ''), []],
  ['nothing of other words', 'Cannot open netlink socket: Protocol not supported', []],
])('ss tells %s', (_, text, told) => {
  expect([...parseSentBytes(text)]).toEqual(told);
});

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

  test('once something was written to it, and not before', async () => {
    const { socket, client, row } = await letIn();
    client.write('a question');
    expect(await wasServed(process.pid, [row])).toBe(false);
    socket.write('an answer');
    await once(client, 'data');
    expect(await wasServed(process.pid, [row])).toBe(true);
  });

  test('as far as anybody knows if ss does not list it, and not if there is none', async () => {
    expect(await wasServed(process.pid, [{ inode: '1', port: 1 }])).toBe(true);
    expect(await wasServed(process.pid, [])).toBe(false);
  });
});
