import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  countFailure,
  FAILURE_POLICIES,
  FORGIVING_HEALTH_MS,
  judgeFailure,
  type FailureClass,
  type FailureVerdict,
} from './failure-policy.ts';

const CLASSES = Object.keys(FAILURE_POLICIES) as FailureClass[];

/** Class, number of the try, verdict, shortest and longest wait in ms. */
type Row = readonly [FailureClass, number, FailureVerdict, number, number];

const ROWS: readonly Row[] = [
  ['unreachable', 1, 'retry', 500, 1000],
  ['unreachable', 2, 'retry', 500, 2000],
  ['unreachable', 3, 'retry', 500, 4000],
  ['unreachable', 4, 'retry', 500, 5000],
  ['unreachable', 5000, 'retry', 500, 5000],
  ['throttled', 1, 'retry', 1000, 2000],
  ['throttled', 2, 'retry', 1000, 4000],
  ['throttled', 5, 'retry', 1000, 32_000],
  ['throttled', 6, 'retry', 1000, 60_000],
  ['throttled', 5000, 'retry', 1000, 60_000],
  ['auth', 1, 'retry', 5000, 5000],
  ['auth', 2, 'retry', 30_000, 30_000],
  ['auth', 3, 'retry', 120_000, 120_000],
  ['auth', 4, 'wait-for-operator', 600_000, 600_000],
  ['auth', 5000, 'wait-for-operator', 600_000, 600_000],
  ['host-key-changed', 1, 'fail', 0, 0],
  ['host-key-unknown', 1, 'fail', 0, 0],
  ['remote-port-held', 1, 'retry', 2000, 4000],
  ['remote-port-held', 2, 'retry', 2000, 8000],
  ['remote-port-held', 3, 'retry', 2000, 15_000],
  ['remote-port-held', 5000, 'retry', 2000, 15_000],
  ['local-port-held', 1, 'wait-for-operator', 2000, 4000],
  ['local-port-held', 5000, 'wait-for-operator', 2000, 15_000],
  ['local-lack', 1, 'retry', 1000, 2000],
  ['local-lack', 5000, 'retry', 1000, 15_000],
  ['usage', 1, 'fail', 0, 0],
  ['dropped', 1, 'retry', 0, 0],
  ['dropped', 2, 'retry', 500, 1000],
  ['dropped', 3, 'retry', 500, 2000],
  ['dropped', 5000, 'retry', 500, 5000],
  ['unknown', 1, 'retry', 1000, 2000],
  ['unknown', 5000, 'retry', 1000, 60_000],
];

test.each(ROWS)('%s, try %i: %s, after %i to %i ms', (name, tries, verdict, least, most) => {
  expect(judgeFailure(name, tries, 0)).toEqual({ verdict, waitMs: least });
  expect(judgeFailure(name, tries, 1)).toEqual({ verdict, waitMs: most });
});

test('the table has every class', () => {
  expect(new Set(ROWS.map(([name]) => name))).toEqual(new Set(CLASSES));
});

test.each<[FailureClass, 'host-answered' | 'credentials-changed' | null]>([
  ['unreachable', 'host-answered'],
  ['throttled', 'host-answered'],
  ['auth', 'credentials-changed'],
  ['host-key-changed', null],
  ['host-key-unknown', null],
  ['remote-port-held', null],
  ['local-port-held', null],
  ['local-lack', null],
  ['usage', null],
  ['dropped', 'host-answered'],
  ['unknown', 'host-answered'],
])('a wait for %s is ended by: %s', (name, endedBy) => {
  expect(FAILURE_POLICIES[name].endedBy).toBe(endedBy);
});

test('luck is spread evenly over the whole range', () => {
  const waits = [0, 0.25, 0.5, 0.75, 1].map((luck) => judgeFailure('throttled', 2, luck).waitMs);
  expect(waits).toEqual([1000, 1750, 2500, 3250, 4000]);
});

describe('failures are counted', () => {
  test.each([
    [{}, 'dropped', 0, { dropped: 1 }],
    [{ dropped: 1 }, 'dropped', FORGIVING_HEALTH_MS - 1, { dropped: 2 }],
    [{ dropped: 7 }, 'dropped', FORGIVING_HEALTH_MS, { dropped: 1 }],
    [{ dropped: 1, unreachable: 3 }, 'throttled', 0, { dropped: 1, unreachable: 3, throttled: 1 }],
    [{ auth: 3, unreachable: 3 }, 'unreachable', 0, { auth: 3, unreachable: 4 }],
    [{ auth: 3, unreachable: 3 }, 'unreachable', FORGIVING_HEALTH_MS, { unreachable: 1 }],
  ] as const)('%j, then %s after %i ms of health: %j', (counts, name, healthyMs, expected) => {
    expect(countFailure(counts, name, healthyMs)).toEqual(expected);
  });
});

test('policies are plain data', () => {
  expect(structuredClone(FAILURE_POLICIES)).toEqual(FAILURE_POLICIES);
});

const failureClass = fc.constantFrom(...CLASSES);
const tries = fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 2 ** 31 }));
const chance = fc.double({ min: 0, max: 1, noNaN: true });

describe('the wait', () => {
  test('is whole milliseconds, and never longer than ten minutes', () => {
    fc.assert(
      fc.property(failureClass, tries, chance, (name, count, luck) => {
        const { waitMs } = judgeFailure(name, count, luck);
        expect(Number.isInteger(waitMs)).toBe(true);
        expect(waitMs).toBeGreaterThanOrEqual(0);
        expect(waitMs).toBeLessThanOrEqual(600_000);
      }),
    );
  });

  test('never falls while failures continue, for the same chance', () => {
    fc.assert(
      fc.property(failureClass, tries, chance, (name, count, luck) => {
        const { waitMs } = judgeFailure(name, count, luck);
        expect(judgeFailure(name, count + 1, luck).waitMs).toBeGreaterThanOrEqual(waitMs);
      }),
    );
  });

  test('is 0 only where it is the first of a drop, or the last', () => {
    fc.assert(
      fc.property(failureClass, tries, chance, (name, count, luck) => {
        const { verdict, waitMs } = judgeFailure(name, count, luck);
        expect(waitMs === 0).toBe(verdict === 'fail' || (name === 'dropped' && count === 1));
      }),
    );
  });
});

test('a class that gives up does so at every try, and no other ever does', () => {
  fc.assert(
    fc.property(failureClass, tries, tries, chance, (name, one, other, luck) => {
      const gaveUp = judgeFailure(name, one, luck).verdict === 'fail';
      expect(judgeFailure(name, other, luck).verdict === 'fail').toBe(gaveUp);
    }),
  );
});
