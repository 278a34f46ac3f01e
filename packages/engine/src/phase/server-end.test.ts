import { expect, test } from 'vitest';
import { byInode } from '../listeners/tcp-sockets.ts';
import { parseTcpTable } from '../listeners/tcp-table.ts';
import { areOneServer, firstConnection, serverEndOf } from './server-end.ts';

// As `/proc/net/tcp` of Linux 6.1 prints it: a listener of a forward, the connection to the server, a client of the forward, and what a
// remote forward leads to.
const TABLE = parseTcpTable(`
   0: 0100007F:1538 00000000:0000 0A 00000000:00000000 00:00000000 00000000  0 0 11 1 0 100 0 0 10 0
   1: 0201A8C0:A3F0 0A01A8C0:08AE 01 00000000:00000000 00:00000000 00000000  0 0 12 1 0 20 4 30 10 -1
   2: 0100007F:1538 0100007F:A3F2 01 00000000:00000000 00:00000000 00000000  0 0 13 1 0 20 4 30 10 -1
   3: 0100007F:A3F4 0100007F:0050 01 00000000:00000000 00:00000000 00000000  0 0 14 1 0 20 4 30 10 -1
   4: 0201A8C0:A3F6 0A01A8C0:08AE 02 00000000:00000000 00:00000000 00000000  0 0 15 1 0 20 4 30 10 -1
   5: 0201A8C0:A3F8 0B01A8C0:0016 01 00000000:00000000 00:00000000 00000000  0 0 99 1 0 20 4 30 10 -1
`);
const SERVER = { hexRemoteAddress: '0A01A8C0', remotePort: 2222, inode: '12' };

test.each([
  ['the connection alone', { 12: '3' }, SERVER],
  ['what came later', { 14: '8', 13: '7', 11: '5', 12: '3' }, SERVER],
  ['a number of two digits', { 14: '10', 12: '9' }, SERVER],
  ['a listener first, as behind a proxy', { 11: '5', 13: '7' }, undefined],
  ['a connection that is not there yet', { 15: '3' }, undefined],
  ['none of these', { 77: '3' }, undefined],
])('of the sockets of an ssh the first leads to its server: %s', (_, descriptors, connection) => {
  const links = new Map(
    Object.entries(descriptors).map(([inode, fd]) => [fd, `socket:[${inode}]`]),
  );
  const expected = connection && expect.objectContaining(connection);
  expect(firstConnection(links, byInode(TABLE))).toEqual(expected);
});

test('of a process that is not there nothing is known', () => {
  expect(serverEndOf(2 ** 30)).toBeUndefined();
});

const end = (address: string, port = 22) => ({ address, port });

test.each([
  [end('192.168.1.10'), end('192.168.1.10'), 'yes'],
  [end('2001:db8::1'), end('2001:db8::1'), 'yes'],
  [end('192.168.1.10'), end('192.168.1.11'), 'no'],
  [end('192.168.1.10'), end('192.168.1.10', 2222), 'no'],
  [end('192.168.1.10'), end('2001:db8::1'), 'not told'],
  [end('192.168.1.10'), undefined, 'not told'],
  [undefined, undefined, 'not told'],
])('whether %j and %j are one server: %s', (one, other, answer) => {
  expect(areOneServer(one, other)).toBe(answer);
  expect(areOneServer(other, one)).toBe(answer);
});
