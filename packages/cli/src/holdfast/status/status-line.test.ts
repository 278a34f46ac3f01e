import type { TunnelStatus } from '@holdfast/engine';
import { expect, test } from 'vitest';
import { sampleTunnel } from '../testing/sample-status.ts';
import { statusLine } from './status-line.ts';

const REFUSED = { class: 'unreachable' } as TunnelStatus['failure'];

test.each<[told: string, tunnels: readonly Partial<TunnelStatus>[]]>([
  ['0 of 0 healthy', []],
  ['1 of 1 healthy', [{}]],
  ['1 of 1 healthy', [{}, { name: 'off', state: 'stopped', enabled: false }]],
  ['1 of 2 healthy; web: unreachable', [{}, { name: 'web', state: 'backoff', failure: REFUSED }]],
  // What went wrong last is not what is wrong now.
  ['0 of 1 healthy; db: degraded', [{ isDegraded: true, failure: REFUSED }]],
  ['0 of 1 healthy; db: stopped', [{ state: 'stopped' }]],
  [
    '0 of 5 healthy; a: stopped, b: stopped, c: stopped and 2 more',
    ['a', 'b', 'c', 'd', 'e'].map((name) => ({ name, state: 'stopped' as const })),
  ],
])('says in one line: %s', (told, tunnels) => {
  expect(statusLine({ tunnels: tunnels.map((each) => sampleTunnel(each)) })).toBe(told);
});
