import { expect, test } from 'vitest';
import { NO_CHECKS } from '../checks/check-sockets.ts';
import { parseTcpTable } from '../listeners/tcp-table.ts';
import { parseUnixTable } from '../listeners/unix-sockets.ts';
import { countStreams, type StreamFacts } from './open-streams.ts';

const HERE = '0100007F';
const MAPPED = '0000000000000000FFFF00000100007F';

let rows = 0;
const row = (local: string, remote: string, state: string, inode: number) =>
  `${(rows += 1)}: ${local} ${remote} ${state} 00000000:00000000 00:00000000 00000000 0 0 ${inode} 1 0 20 4 30 10 -1`;

// 5432 (1538) is a forward's, A001 and following are clients'.
const TCP = parseTcpTable(
  [
    row('0201A8C0:A3F0', '0A01A8C0:0016', '01', 1),
    row(`${HERE}:1538`, '00000000:0000', '0A', 2),
    row(`${HERE}:1538`, `${HERE}:A001`, '01', 3),
    row(`${HERE}:A001`, `${HERE}:1538`, '01', 103),
    row(`${HERE}:1538`, `${HERE}:A002`, '08', 4),
    row(`${HERE}:A002`, `${HERE}:1538`, '05', 0),
    row(`${HERE}:1538`, `${HERE}:A003`, '08', 5),
    row(`${HERE}:A003`, `${HERE}:1538`, '05', 105),
    row(`${HERE}:1538`, `${HERE}:A004`, '08', 6),
    row('0201A8C0:1538', '0901A8C0:A005', '08', 7),
    row(`${HERE}:1538`, `${HERE}:A006`, '05', 8),
    row(`${HERE}:A007`, `${HERE}:0050`, '02', 9),
    row(`${MAPPED}:1538`, `${MAPPED}:A008`, '01', 10),
    row(`${HERE}:A008`, `${HERE}:1538`, '01', 110),
  ].join('\n'),
);

const UNIX = parseUnixTable(`
0000000000000000: 00000002 00000000 00010000 0001 01 20 /run/db.ABCDEFGHIJKLMNOP
0000000000000000: 00000003 00000000 00000000 0001 03 21 /run/db.ABCDEFGHIJKLMNOP
0000000000000000: 00000002 00000000 00010000 0001 01 22 /run/db-forward
0000000000000000: 00000003 00000000 00000000 0001 03 23 /run/db-forward
`);

function count(links: readonly string[], checks: StreamFacts['checks'] = NO_CHECKS): number {
  return countStreams({
    links,
    connection: '1',
    tcp: TCP,
    unix: UNIX,
    controlPath: '/run/db',
    checks,
  });
}

test.each([
  ['the connection to the server', 1, 0],
  ['a listener', 2, 0],
  ['a client', 3, 1],
  ['a client that is gone', 4, 0],
  ['a client that said that it sends nothing more', 5, 1],
  ['a client of this machine that is no longer in the table', 6, 0],
  ['a client elsewhere that said that it sends nothing more', 7, 1],
  ['a client that may still send', 8, 1],
  ['a connection on its way', 9, 0],
  ['a client of IPv4 at a listener of IPv6', 10, 1],
  ['the control socket', 20, 0],
  ['a client of the control socket', 21, 0],
  ['a Unix listener', 22, 0],
  ['a client of a Unix listener', 23, 1],
  ['a Unix socket without a path', 99, 1],
])('%s: of socket %i are counted %i streams', (_, inode, streams) => {
  expect(count([`socket:[${inode}]`])).toBe(streams);
});

test('streams are added up', () => {
  expect(count([1, 2, 3, 5, 21, 23].map((inode) => `socket:[${inode}]`))).toBe(3);
  expect(count([])).toBe(0);
});

test('a session over the control socket is one', () => {
  expect(count(['/dev/pts/3', '/dev/pts/3', 'pipe:[7]', 'socket:[1]'])).toBe(1);
});

test.each([
  [{ ports: new Set([0xa001]), inodes: new Set<string>() }, 1],
  [{ ports: new Set<number>(), inodes: new Set(['103', '110']) }, 0],
  [{ ports: new Set([0xa008]), inodes: new Set(['103']) }, 0],
  [{ ports: new Set([0x1538]), inodes: new Set(['3']) }, 2],
])('what a check has connected does not count: %j', (checks, streams) => {
  expect(count(['socket:[3]', 'socket:[10]'], checks)).toBe(streams);
});
