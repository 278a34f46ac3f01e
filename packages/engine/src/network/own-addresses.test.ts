import { networkInterfaces } from 'node:os';
import { expect, test } from 'vitest';
import { hasOwnAddress } from './own-addresses.ts';

test.each(['127.0.0.1', '127.0.0.2'])('%s of loopback is this machine’s', (address) => {
  expect(hasOwnAddress(address)).toBe(true);
});

test('every address of its interfaces is', () => {
  for (const { address } of Object.values(networkInterfaces()).flatMap((infos) => infos ?? [])) {
    expect(hasOwnAddress(address)).toBe(true);
  }
});

test.each(['192.0.2.1', '2001:db8::1', ''])('%j is not', (address) => {
  expect(hasOwnAddress(address)).toBe(false);
});
