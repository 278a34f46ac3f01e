import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HARMLESS_LOSS_MS, waitForResendMs } from './unacknowledged.ts';

/** Of a quick line: a probe of 1 s, and one of 4 s. */
const SECOND_IS_LATE_MS = 5000;

test.each([
  // What was lost first is sent again after 0.2, 0.6, 1.4, 3 and 6.2 s.
  [5000, { inMs: 1200, intervalMs: 3200 }, false, 1500],
  [5000, { inMs: 3200, intervalMs: 4270 }, false, 3500],
  // It was sent again after 4.5 s: the loss is longer.
  [5000, { inMs: 4300, intervalMs: 4800 }, false, undefined],
  // It was sent again while it was waited for, and is lost again.
  [6500, { inMs: 6100, intervalMs: 6400 }, true, undefined],
  // It has arrived: the server sends its answer again.
  [6500, undefined, true, 1500],
  [8000, undefined, true, undefined],
  // A frozen server.
  [5000, undefined, false, undefined],
  [9000, { inMs: 10, intervalMs: 6000 }, false, undefined],
])('silent for %i ms, with %j due (before: %s): %j ms', (silentMs, due, wasDue, expected) => {
  expect(waitForResendMs({ silentMs, due, wasDue })).toBe(expected);
});

const rtoMs = fc.integer({ min: 200, max: 600 });

/** When TCP sends again what was sent first at 0. */
function resendsMs(least: number): readonly number[] {
  return Array.from({ length: 8 }, (_, nth) => least * (2 ** (nth + 1) - 1));
}

test('a loss of up to 4 s that begins with a probe ends no line: the next sending is waited for', () => {
  fc.assert(
    fc.property(rtoMs, fc.nat(HARMLESS_LOSS_MS), (least, lossMs) => {
      const passesMs = resendsMs(least).find((atMs) => atMs > lossMs)!;
      if (passesMs <= SECOND_IS_LATE_MS) return;
      const lostMs = resendsMs(least).findLast((atMs) => atMs <= lossMs) ?? 0;
      const due = { inMs: passesMs - SECOND_IS_LATE_MS, intervalMs: passesMs - lostMs };
      const waitMs = waitForResendMs({ silentMs: SECOND_IS_LATE_MS, due, wasDue: false });
      expect(SECOND_IS_LATE_MS + (waitMs ?? 0)).toBeGreaterThan(passesMs);
    }),
  );
});

test('nothing is waited for beyond 9 s', () => {
  const time = fc.nat(20_000);
  const dues = fc.option(fc.record({ inMs: time, intervalMs: time }), { nil: undefined });
  fc.assert(
    fc.property(time, dues, fc.boolean(), (silentMs, due, wasDue) => {
      const waitMs = waitForResendMs({ silentMs, due, wasDue });
      if (waitMs !== undefined) expect(silentMs + waitMs).toBeLessThanOrEqual(9000);
    }),
  );
});
