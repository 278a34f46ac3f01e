import { expect, test } from 'vitest';
import { parseForward, type ForwardKind } from '../forward/forward.ts';
import { areInConflict, listenPlaces } from './listen-places.ts';

function addresses(kind: ForwardKind, text: string, hasIpv6 = true): string {
  const read = parseForward(kind, text);
  if ('wrong' in read) throw new Error(read.wrong);
  return listenPlaces(read.value, hasIpv6)
    .map(({ address, port }) => `${address} ${port}`)
    .join(', ');
}

test.each([
  ['local', '5432:db:5432', '127.0.0.1 5432, ::1 5432'],
  ['local', 'localhost:5432:db:5432', '127.0.0.1 5432, ::1 5432'],
  ['local', ':5432:db:5432', '0.0.0.0 5432, :: 5432'],
  ['local', '*:5432:db:5432', '0.0.0.0 5432, :: 5432'],
  ['local', '127.0.0.1:5432:db:5432', '127.0.0.1 5432'],
  ['local', '[0:0::1]:5432:db:5432', '::1 5432'],
  ['local', '[fe80::1%eth0]:5432:db:5432', 'fe80::1 5432'],
  ['local', '5432:/run/db', '127.0.0.1 5432, ::1 5432'],
  ['local', '/run/db:db:5432', ''],
  ['local', 'gateway.example:5432:db:5432', ''],
  ['socks', '1080', '127.0.0.1 1080, ::1 1080'],
  ['socks', '192.0.2.1:1080', '192.0.2.1 1080'],
  ['remote', '8080:localhost:80', ''],
] as const)('for the %s forward %s ssh listens at %j', (kind, text, places) => {
  expect(addresses(kind, text)).toBe(places);
});

test.each([
  ['local', '5432:db:5432', '127.0.0.1 5432'],
  ['local', '*:5432:db:5432', '0.0.0.0 5432'],
  ['local', '[::1]:5432:db:5432', ''],
] as const)('without ::1, for the %s forward %s ssh listens at %j', (kind, text, places) => {
  expect(addresses(kind, text, false)).toBe(places);
});

test.each([
  ['127.0.0.1', '127.0.0.1', true],
  ['127.0.0.1', '127.0.0.2', false],
  ['127.0.0.1', '0.0.0.0', true],
  ['0.0.0.0', '192.0.2.1', true],
  ['127.0.0.1', '::1', false],
  ['127.0.0.1', '::', false],
  ['0.0.0.0', '::', false],
  ['::1', '::', true],
  ['::', '2001:db8::1', true],
])('sockets at %s and %s are in conflict: %s', (one, other, verdict) => {
  expect(areInConflict({ address: one, port: 1 }, { address: other, port: 1 })).toBe(verdict);
  expect(areInConflict({ address: other, port: 1 }, { address: one, port: 1 })).toBe(verdict);
  expect(areInConflict({ address: one, port: 1 }, { address: other, port: 2 })).toBe(false);
});
