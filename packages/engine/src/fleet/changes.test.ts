import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { forwardOf, specOf } from '../testing/tunnel-specs.ts';
import { isSameForward, specChange } from './changes.ts';
import type { Check, TunnelSpec } from './tunnel-spec.ts';

const DB = forwardOf('local', '5432:db:5432');
const WEB = forwardOf('remote', '8080:localhost:80');
const SOCKS = forwardOf('socks', '1080');
const CHECK: Check = {
  question: { kind: 'http', url: 'http://127.0.0.1:8080/' },
  everyMs: 1000,
  timeoutMs: 500,
  restart: false,
};
const BEFORE = specOf({ forwards: [DB, WEB] });

describe('the difference between two specifications', () => {
  test.each<[title: string, more: Partial<TunnelSpec>]>([
    ['host', { host: 'other' }],
    ['options', { options: ['-p', '2222'] }],
    ['heartbeat', { heartbeat: 'none' }],
  ])('needs a new ssh when its %s changes', (_, more) => {
    const change = specChange(BEFORE, { ...BEFORE, ...more });
    expect(change).toEqual({ isChange: true, needsRestart: true, closed: [], opened: [] });
  });

  test.each<[title: string, more: Partial<TunnelSpec>]>([
    ['poll time', { pollMs: 1000 }],
    ['rules', { rules: { ...BEFORE.rules, restart: { starts: 3, periodMs: 1000 } } }],
    ['tags', { tags: ['work'] }],
    ['prerequisites', { after: ['jump'] }],
    ['checks', { checks: [CHECK] }],
    ['place among the enabled', { enabled: false }],
    ['order of forwards', { forwards: [WEB, DB] }],
  ])('leaves the connection alone when its %s changes', (_, more) => {
    const change = specChange(BEFORE, { ...BEFORE, ...more });
    expect(change).toEqual({ isChange: true, needsRestart: false, closed: [], opened: [] });
  });

  test('names the forwards that went and came', () => {
    const change = specChange(BEFORE, specOf({ forwards: [DB, SOCKS] }));
    expect(change).toEqual({ isChange: true, needsRestart: false, closed: [WEB], opened: [SOCKS] });
  });

  test('tells a forward from one of another kind with the same text', () => {
    const remote = forwardOf('remote', DB.text);
    expect(isSameForward(DB, remote)).toBe(false);
    expect(specChange(specOf({ forwards: [DB] }), specOf({ forwards: [remote] }))).toMatchObject({
      closed: [DB],
      opened: [remote],
    });
  });

  const anyForwards = fc.uniqueArray(fc.constantFrom(DB, WEB, SOCKS, forwardOf('socks', '1081')));

  test('of a specification and its copy is none', () => {
    fc.assert(
      fc.property(anyForwards, fc.array(fc.string()), fc.nat(), (forwards, tags, pollMs) => {
        const spec = specOf({ forwards, tags, pollMs });
        expect(specChange(spec, structuredClone(spec)).isChange).toBe(false);
      }),
    );
  });

  test('leads from the old forwards to the new ones', () => {
    fc.assert(
      fc.property(anyForwards, anyForwards, (before, after) => {
        const { closed, opened } = specChange(
          specOf({ forwards: before }),
          specOf({ forwards: after }),
        );
        const reached = [...before.filter((one) => !closed.includes(one)), ...opened];
        expect(new Set(reached)).toEqual(new Set(after));
        expect(reached).toHaveLength(after.length);
      }),
    );
  });
});
