import { expect, test } from 'vitest';
import { destinationOf } from './turns/start-places.ts';

test.each<[host: string, destination: string]>([
  ['bastion', 'bastion'],
  ['me@bastion', 'bastion'],
  ['me@BASTION', 'bastion'],
  ['you@company@bastion', 'bastion'],
  ['ssh://bastion', 'bastion'],
  ['SSH://me@bastion:2222', 'bastion:2222'],
  ['ssh://me@bastion:2222/', 'bastion:2222'],
  ['me@10.0.0.1', '10.0.0.1'],
  ['me@[::1]', '[::1]'],
  ['ssh://me@[FE80::1]:22', '[fe80::1]:22'],
])('%s leads to %s', (host, destination) => {
  expect(destinationOf(host)).toBe(destination);
});
