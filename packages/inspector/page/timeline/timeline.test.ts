import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { STATES_BY_WEIGHT } from '../list/tone.ts';
import { makeStep } from '../../src/testing/make-step.ts';
import { bandsOf, marksOf } from './columns.ts';
import { rangeOf, ticksOf, ZOOMS } from './range.ts';

const range = { fromMs: 0, toMs: 1000 };

describe('bands', () => {
  it('show which state lasted when', () => {
    const steps = [
      makeStep({ index: 0, atMs: 100, state: 'connecting' }),
      makeStep({ index: 1, atMs: 500, state: 'healthy' }),
    ];
    expect(bandsOf(steps, range, 10)).toEqual([
      { state: 'connecting', from: 1, to: 5 },
      { state: 'healthy', from: 5, to: 10 },
    ]);
  });

  it('do not hide that a tunnel was down for a moment', () => {
    const steps = [
      makeStep({ index: 0, atMs: 0 }),
      makeStep({ index: 1, atMs: 510, state: 'backoff' }),
      makeStep({ index: 2, atMs: 511, state: 'healthy' }),
    ];
    expect(bandsOf(steps, range, 10).map(({ state }) => state)).toEqual([
      'healthy',
      'backoff',
      'healthy',
    ]);
  });

  it('do not flicker when a healthy tunnel is probed', () => {
    const steps = Array.from({ length: 100 }, (_, index) =>
      makeStep({
        index,
        atMs: index * 10 + (index % 2) * 8,
        state: index % 2 === 0 ? 'healthy' : 'probing',
      }),
    );
    expect(bandsOf(steps, range, 10)).toEqual([{ state: 'healthy', from: 0, to: 10 }]);
  });

  it('begin with the state that was there before the range', () => {
    const steps = [makeStep({ index: 0, atMs: -500, state: 'stopped' })];
    expect(bandsOf(steps, range, 4)).toEqual([{ state: 'stopped', from: 0, to: 4 }]);
  });

  it('never overlap and never leave the timeline, whatever happened', () => {
    const happened = fc.array(
      fc.record({ after: fc.nat(400), state: fc.constantFrom(...STATES_BY_WEIGHT) }),
    );
    fc.assert(
      fc.property(happened, fc.integer({ min: 1, max: 50 }), (list, columns) => {
        let atMs = -300;
        const steps = list.map(({ after, state }, index) =>
          makeStep({ index, atMs: (atMs += after), state }),
        );
        let end = 0;
        for (const { from, to } of bandsOf(steps, range, columns)) {
          expect(from).toBeGreaterThanOrEqual(end);
          expect(to).toBeGreaterThan(from);
          end = to;
        }
        expect(end).toBeLessThanOrEqual(columns);
        expect(marksOf(steps, range, columns).length).toBeLessThanOrEqual(columns);
      }),
    );
  });
});

describe('marks', () => {
  it('stand where something was told, and not for each probe', () => {
    const steps = [
      makeStep({ index: 0, atMs: 100 }),
      makeStep({ index: 1, atMs: 200, event: 'after pollTime', state: 'probing', taken: ['a'] }),
      makeStep({ index: 2, atMs: 310, event: 'heartbeat.missed', state: 'stopping', taken: ['b'] }),
      makeStep({ index: 3, atMs: 320, event: 'child.exited', state: 'backoff', taken: ['c'] }),
    ];
    expect(marksOf(steps, range, 10)).toEqual([{ column: 3, tone: 'waiting' }]);
  });
});

describe('the range of the timeline', () => {
  it('ends now, unless an older moment is looked at', () => {
    const at = { earliestMs: 0, endMs: 10_000_000, lookedAtMs: null };
    expect(rangeOf('5 min', at)).toEqual({ fromMs: 9_700_000, toMs: 10_000_000 });
    expect(rangeOf('5 min', { ...at, lookedAtMs: 9_800_000 })).toEqual({
      fromMs: 9_700_000,
      toMs: 10_000_000,
    });
    expect(rangeOf('5 min', { ...at, lookedAtMs: 1_000_000 })).toEqual({
      fromMs: 850_000,
      toMs: 1_150_000,
    });
    expect(rangeOf('all', at)).toEqual({ fromMs: 0, toMs: 10_000_000 });
  });

  it('always holds the moment that is looked at', () => {
    const moment = fc.integer({ min: 0, max: 10_000_000 });
    fc.assert(
      fc.property(fc.constantFrom(...ZOOMS), moment, (zoom, lookedAtMs) => {
        const { fromMs, toMs } = rangeOf(zoom, { earliestMs: 0, endMs: 10_000_000, lookedAtMs });
        expect(fromMs <= lookedAtMs && lookedAtMs <= toMs).toBe(true);
      }),
    );
  });

  it('has a scale of round moments, never too many', () => {
    expect(ticksOf({ fromMs: 1_000, toMs: 301_000 }, 6)).toEqual([
      60_000, 120_000, 180_000, 240_000, 300_000,
    ]);
    fc.assert(
      fc.property(
        fc.nat(1e9),
        fc.integer({ min: 1, max: 1e9 }),
        fc.integer({ min: 2, max: 12 }),
        (fromMs, length, most) => {
          const ticks = ticksOf({ fromMs, toMs: fromMs + length }, most);
          expect(ticks.length).toBeLessThanOrEqual(most + 1);
          for (const tick of ticks) expect(tick >= fromMs && tick <= fromMs + length).toBe(true);
        },
      ),
    );
  });
});
