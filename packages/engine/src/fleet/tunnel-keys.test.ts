import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { forwardOf, specOf } from '../testing/tunnel-specs.ts';
import { specChange } from './changes.ts';
import type { ManagedSpec } from './fleet-tunnel.ts';
import { TUNNEL_KEYS } from './tunnel-keys.ts';

/** Another value than the usual one for each key: what is forgotten here does not compile. */
const OTHER: Required<ManagedSpec> = {
  name: 'other',
  host: 'other',
  forwards: [forwardOf('local', '1:a:2')],
  options: ['-4'],
  tags: ['work'],
  after: ['jump'],
  heartbeat: 'none',
  pollMs: 1,
  challenge: false,
  patienceMs: 1,
  release: true,
  checks: [
    { question: { kind: 'command', command: ['x'] }, everyMs: 1, timeoutMs: 1, restart: true },
  ],
  rules: { gateMs: 1, maxStarts: 1, restart: 'unlimited' },
  enabled: false,
  required: false,
  ruleSet: 'classic',
};

const KEYS = Object.keys(TUNNEL_KEYS) as (keyof ManagedSpec)[];

describe('the keys of a tunnel', () => {
  test.each(KEYS)('another %s is seen, and needs what the table says', (key) => {
    const { change } = TUNNEL_KEYS[key];
    const before: ManagedSpec = specOf();
    const { isChange, needsRestart, opened } = specChange(before, { ...before, [key]: OTHER[key] });
    expect(isChange).toBe(change !== 'nothing');
    expect(needsRestart).toBe(change === 'new-ssh');
    expect(opened.length > 0).toBe(change === 'forwards');
  });

  test('that have a usual value are in the comment of TunnelSpec', () => {
    const source = readFileSync(new URL('tunnel-spec.ts', import.meta.url), 'utf8');
    const [, comment = ''] = /\| field \| default \|(.*?)\*\//s.exec(source) ?? [];
    for (const key of KEYS) {
      const row = TUNNEL_KEYS[key];
      if (!('usual' in row) || row.usual === undefined) continue;
      const line = comment.split('\n').find((each) => each.includes(`\`${key}\``));
      expect(line, key).toBeDefined();
      if (typeof row.usual !== 'object') expect(line).toContain(String(row.usual));
    }
  });
});
