import type { TunnelStatus } from '@holdfast/engine';
import { describe, expect, test } from 'vitest';
import { sampleTunnel } from '../testing/sample-status.ts';
import { readinessOf } from './readiness.ts';

const WEB = { name: 'web', tags: ['edge'] };
const DOWN = { state: 'backoff', failure: { class: 'unreachable' } } as Partial<TunnelStatus>;
const UNREADY = { name: 'web', state: 'backoff', failure: 'unreachable' };

describe('ready', () => {
  test.each<
    [what: string, others: readonly Partial<TunnelStatus>[], query: string, unready: object[]]
  >([
    ['is who has no tunnels', [], '', []],
    ['is one whose tunnels are healthy', [{}, WEB], '', []],
    ['is none with one that is down', [{}, { ...WEB, ...DOWN }], '', [UNREADY]],
    [
      'is one whose other tunnel is not required',
      [{}, { ...WEB, ...DOWN, required: false }],
      '',
      [],
    ],
    [
      'is one whose other tunnel is off',
      [{}, { ...WEB, state: 'stopped', enabled: false }],
      '',
      [],
    ],
    ['is the one that was asked for', [{}, { ...WEB, ...DOWN }], 'name=db', []],
    [
      'is not the one that was asked for',
      [{}, { ...WEB, ...DOWN, required: false }],
      'name=web',
      [UNREADY],
    ],
    ['is one with this tag', [{}, { ...WEB, ...DOWN }], 'tag=work', []],
    ['is not one with this tag', [{}, { ...WEB, ...DOWN }], 'tag=work&tag=edge', [UNREADY]],
    [
      'is none that only waits',
      [{ state: 'connecting' }],
      '',
      [{ name: 'db', state: 'connecting' }],
    ],
  ])('%s', (_, others, query, unready) => {
    const tunnels = others.map((each) => sampleTunnel(each));
    expect(readinessOf(tunnels, new URLSearchParams(query))).toEqual({
      isReady: unready.length === 0,
      unready,
    });
  });

  test.each([
    ['name=nobody', 404],
    ['tag=none', 404],
    ['name=db&name=nobody', 404],
    ['names=db', 400],
  ])('is nothing that can be said of %s', (query, status) => {
    const ask = () => readinessOf([sampleTunnel()], new URLSearchParams(query));
    expect(ask).toThrow(expect.objectContaining({ status }));
  });
});
