import { expect, test } from 'vitest';
import { canonicalIpv6, parseTcpTable, readAddress } from './tcp-table.ts';

const HEAD =
  '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode';

/** One line of the kernel's, with these addresses, state and inode. */
function row(
  local: string,
  state: string,
  inode = 4711,
  remote = local.replace(/[^:]/g, '0'),
): string {
  return `   0: ${local} ${remote} ${state} 00000000:00000000 00:00000000 00000000     0        0 ${inode} 1 00000000d3f1c6b9 100 0 0 10 0`;
}

test.each([
  ['0100007F', '127.0.0.1'],
  ['00000000', '0.0.0.0'],
  ['0A01A8C0', '192.168.1.10'],
  ['00000000000000000000000001000000', '::1'],
  ['00000000000000000000000000000000', '::'],
  ['B80D01200000000067452301EFCDAB89', '2001:db8::123:4567:89ab:cdef'],
  ['0000000000000000FFFF00000100007F', '127.0.0.1'],
])('%s is the address %s', (hexAddress, address) => {
  expect(readAddress(hexAddress, 'LE')).toBe(address);
});

test.each([
  ['7F000001', '127.0.0.1'],
  ['00000000000000000000000000000001', '::1'],
])('%s is %s on a machine that stores numbers from their big end', (hexAddress, address) => {
  expect(readAddress(hexAddress, 'BE')).toBe(address);
});

test.each([
  ['0100007F', '1538', 5432],
  ['00000000000000000000000001000000', 'FFFF', 65_535],
])('a socket at %s:%s is read', (hexAddress, hexPort, port) => {
  expect(parseTcpTable(`${HEAD}\n${row(`${hexAddress}:${hexPort}`, '0A')}\n`)).toEqual([
    {
      hexAddress,
      port,
      hexRemoteAddress: hexAddress.replace(/./g, '0'),
      remotePort: 0,
      state: 'listening',
      inode: '4711',
      unacknowledged: 0,
    },
  ]);
});

test.each([
  ['0100007F:A3F0', '0A01A8C0:0016', '0A01A8C0', 22],
  [
    '00000000000000000000000001000000:A3F0',
    'B80D01200000000067452301EFCDAB89:08AE',
    'B80D01200000000067452301EFCDAB89',
    2222,
  ],
])('a connection from %s leads to %s', (local, remote, hexRemoteAddress, remotePort) => {
  expect(parseTcpTable(row(local, '01', 4711, remote))).toMatchObject([
    { hexRemoteAddress, remotePort, state: 'established' },
  ]);
});

test.each([
  ['01', 'established'],
  ['02', 'syn-sent'],
  ['0A', 'listening'],
  ['06', 'other'],
  ['08', 'half-closed'],
  ['0C', 'other'],
])('state %s is %s', (code, state) => {
  expect(parseTcpTable(row('0100007F:1538', code))[0]?.state).toBe(state);
});

test.each([
  // As `/proc/net/tcp` of Linux 6.1 has it: timer 1 sends again, 2 keeps alive, 4 asks for room.
  ['01:0000007C', { inMs: 1240, intervalMs: 1600, times: 18 }],
  ['01:00000000', { inMs: 0, intervalMs: 1600, times: 18 }],
  ['02:0000007C', undefined],
  ['00:00000000', undefined],
])('with the timer %s it is sent again: %j', (timer, resend) => {
  const line = row('0100007F:1538', '01')
    .replace('00:00000000 00000000     0', `${timer} 00000012     0`)
    .replace(' 100 0 0 10 0', ' 160 4 30 10 -1');
  expect(parseTcpTable(line)).toEqual([expect.objectContaining({ state: 'established' })]);
  expect(parseTcpTable(line)[0]?.resend).toEqual(resend);
});

test('what waits to be acknowledged is counted', () => {
  const line = row('0100007F:1538', '01').replace('00000000:00000000', '00280000:00000007');
  expect(parseTcpTable(line)[0]?.unacknowledged).toBe(0x28_0000);
});

test.each([
  '',
  HEAD,
  'no table at all',
  '   0: 0100007F:1538 00000000:0000 0A',
  '   0: 0100007F00:1538 00000000:0000 0A 0:0 0:0 0 0 0 4711',
])('nothing is read from %j', (text) => {
  expect(parseTcpTable(text)).toEqual([]);
});

test.each([
  ['::1', '::1'],
  ['0:0::0:1', '::1'],
  ['FE80::0001', 'fe80::1'],
  ['::', '::'],
])('%s is the same address as %s', (written, canonical) => {
  expect(canonicalIpv6(written)).toBe(canonical);
});
