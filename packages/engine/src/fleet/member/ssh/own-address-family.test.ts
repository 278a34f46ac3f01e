import { expect, test } from 'vitest';
import { ownAddressFamily } from './own-options.ts';

test.each([
  [[], 'any'],
  [['-4'], 'inet'],
  [['-6'], 'inet6'],
  [['-vN4'], 'inet'],
  [['-o', 'AddressFamily=inet'], 'inet'],
  [['-oaddressfamily inet6'], 'inet6'],
  [['-o', 'AddressFamily "inet"'], 'inet'],
  [['-o', 'AddressFamily=any'], 'any'],
  [['-i', '/keys/4'], 'any'],
  [['-p', '4'], 'any'],
  [['-o', 'HostName=inet6'], 'any'],
  [['-6', '-o', 'AddressFamily=inet'], 'inet6'],
  [['-oAddressFamily=inet6', '-4'], 'inet'],
  [['-oAddressFamily=inet', '-oAddressFamily=inet6'], 'inet'],
  [['-oAddressFamily=any', '-oAddressFamily=inet6'], 'any'],
  [['-4', '-6'], 'inet6'],
  [['-i', '-oAddressFamily=inet'], 'any'],
])('of the options %j is %s', (options, family) => {
  expect(ownAddressFamily(options)).toBe(family);
});
