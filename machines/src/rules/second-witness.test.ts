import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  graceMs,
  isMoving,
  LONGEST_UPLOAD_MS,
  LONGEST_QUIET_MS,
  SHORTEST_QUIET_MS,
  type ConnectionSight,
} from './second-witness.ts';

/** A stream is open, and something waits to be sent again. */
const SIGHT: ConnectionSight = {
  hasMoved: false,
  resendInMs: 1600,
  hasAddress: true,
  streams: 1,
};

const sights = fc.record({
  hasMoved: fc.boolean(),
  resendInMs: fc.option(fc.nat(120_000)),
  hasAddress: fc.boolean(),
  streams: fc.option(fc.nat(3)),
});

describe('the grace of a silent connection beside a second one', () => {
  test.each<[string, ConnectionSight | null, silentMs: number, ms: number]>([
    ['that has no stream', { ...SIGHT, streams: 0 }, 1250, 0],
    [
      'that has no stream, and nothing to send',
      { ...SIGHT, streams: 0, resendInMs: null },
      1250,
      0,
    ],
    ['whose address is gone', { ...SIGHT, hasAddress: false }, 1250, 0],
    [
      'whose address is gone, with streams nobody can count',
      { ...SIGHT, hasAddress: false, streams: null },
      1250,
      0,
    ],
    ['with a stream', SIGHT, 1250, 2600],
    ['with many streams', { ...SIGHT, streams: 9 }, 1250, 2600],
    ['with streams nobody can count', { ...SIGHT, streams: null }, 1250, 2600],
    ['that sends again just now', { ...SIGHT, resendInMs: 0 }, 1250, 1000],
    ['after a loss of 30 s', { ...SIGHT, resendInMs: 24_100 }, 30_000, 25_100],
    ['whose bytes moved long ago', { ...SIGHT, hasMoved: true }, 1250, 2600],
    ['that cannot be seen', null, 1250, 1250],
    ['that cannot be seen, and is silent for long', null, 100_000, 100_000],
    ['that cannot be seen, and has been asked just now', null, 0, 0],
    ['that cannot be seen, near the end of patience', null, 290_000, 10_000],
    ['with a stream, near the end of patience', { ...SIGHT, resendInMs: 60_000 }, 290_000, 10_000],
    ['when patience is over', SIGHT, 300_000, 0],
    ['long after patience', null, 400_000, 0],
  ])('%s', (_, sight, silentMs, ms) => {
    const unansweredMs = silentMs + 5000;
    const facts = { sight, silentMs, unansweredMs, probeTimeoutMs: 1000, patienceMs: 300_000 };
    expect(graceMs(facts)).toBe(ms);
  });

  test('is whole milliseconds, within patience, and longer only for what may still come', () => {
    const facts = fc.record({
      sight: fc.option(sights),
      silentMs: fc.double({ min: 0, max: 400_000, noNaN: true }),
      unansweredMs: fc.double({ min: 0, max: 800_000, noNaN: true }),
      probeTimeoutMs: fc.integer({ min: 1000, max: 15_000 }),
      patienceMs: fc.integer({ min: 0, max: 400_000 }),
    });
    fc.assert(
      fc.property(facts, (known) => {
        const ms = graceMs(known);
        const leftMs = Math.max(0, known.patienceMs - known.silentMs);
        expect(Number.isInteger(ms) && ms >= 0).toBe(true);
        expect(ms).toBeLessThanOrEqual(Math.round(leftMs));
        const { sight } = known;
        const isGivenUp = sight?.streams === 0 || sight?.hasAddress === false;
        if (isGivenUp) expect(ms).toBe(0);
        // A probe time-out after the resend, or all that patience leaves.
        else if (typeof sight?.resendInMs === 'number') {
          expect(ms).toBeGreaterThanOrEqual(Math.min(Math.floor(leftMs), sight.resendInMs + 1000));
        }
      }),
    );
  });

  test('never falls when patience, or the time until the resend, grows', () => {
    const times = fc.tuple(fc.nat(300_000), fc.nat(60_000), fc.nat(300_000), fc.nat(60_000));
    fc.assert(
      fc.property(times, fc.nat(10_000), ([silentMs, resendInMs, patienceMs, moreMs], late) => {
        const facts = {
          silentMs,
          unansweredMs: silentMs,
          probeTimeoutMs: 1000,
          patienceMs,
          sight: { ...SIGHT, resendInMs },
        };
        const before = graceMs(facts);
        expect(graceMs({ ...facts, patienceMs: patienceMs + moreMs })).toBeGreaterThanOrEqual(
          before,
        );
        const later = { ...SIGHT, resendInMs: resendInMs + late };
        expect(graceMs({ ...facts, sight: later })).toBeGreaterThanOrEqual(before);
      }),
    );
  });

  test.each<[silentMs: number, unansweredMs: number, ms: number]>([
    [1250, 1250, 7750],
    [1250, 6250, 2750],
    [0, 0, 9000],
    // A poll time of 60 s: the question was sent just now.
    [1250, 61_250, 2750],
    [0, 60_000, 4000],
    [4000, 9000, 0],
    [4001, 60_000, 0],
  ])(
    'with all acknowledged, silent for %i ms, and %i ms after the last answer is %i ms',
    (silentMs, unansweredMs, ms) => {
      const sight = { ...SIGHT, resendInMs: null };
      const facts = { sight, silentMs, unansweredMs, probeTimeoutMs: 1000, patienceMs: 300_000 };
      expect(graceMs(facts)).toBe(ms);
      expect(graceMs({ ...facts, patienceMs: silentMs + 1 })).toBe(Math.min(ms, 1));
    },
  );

  test('is 9 s from the last answer on, and 4 s from the question on, where all is acknowledged', () => {
    expect([LONGEST_QUIET_MS, SHORTEST_QUIET_MS]).toEqual([9000, 4000]);
  });
});

describe('a connection whose answer is late', () => {
  const moved = { ...SIGHT, hasMoved: true };
  test.each<[ConnectionSight | null, unansweredMs: number, boolean]>([
    [moved, 0, true],
    [moved, 16_400, true],
    [moved, LONGEST_UPLOAD_MS - 1, true],
    [moved, LONGEST_UPLOAD_MS, false],
    [{ ...moved, streams: 0 }, 1000, true],
    [SIGHT, 0, false],
    [null, 0, false],
  ])('seen as %j after %i ms without an answer is moving: %s', (sight, unansweredMs, isSlow) => {
    expect(isMoving(sight, unansweredMs)).toBe(isSlow);
  });

  test('is moving for a minute without an answer, and only while bytes move', () => {
    expect(LONGEST_UPLOAD_MS).toBe(60_000);
    fc.assert(
      fc.property(fc.option(sights), fc.nat(200_000), (sight, unansweredMs) => {
        const hasMoved = sight?.hasMoved ?? false;
        expect(isMoving(sight, unansweredMs)).toBe(hasMoved && unansweredMs < 60_000);
      }),
    );
  });
});
