import { describe, expect, test } from 'vitest';
import { dueWallMs, momentAfter, pastWallMs, type Moment } from './moment.ts';

const HOUR_MS = 3_600_000;
const THEN: Moment = { wallMs: 100 * HOUR_MS, monotonicMs: 5000 };

/** So much later by ticks, with a wall clock that was set by so much meanwhile. */
function later(ticksMs: number, setMs: number): Moment {
  const { wallMs, monotonicMs } = momentAfter(THEN, ticksMs);
  return { wallMs: wallMs + setMs, monotonicMs };
}

describe('how long ago something was told to be', () => {
  test.each([
    ['a clock that nobody touched', 10_000, 0, 10_000],
    ['one that was corrected forward', 10_000, 900, 10_900],
    ['one that was corrected back', 10_000, -900, 9100],
    ['one that was set an hour back', 10_000, -HOUR_MS, 10_000],
    ['three hours of sleep, or a clock set forward', 10_000, 3 * HOUR_MS, 3 * HOUR_MS + 10_000],
  ])('%s', (_, ticksMs, setMs, expectedMs) => {
    const now = later(ticksMs, setMs);
    expect(now.wallMs - pastWallMs(THEN, now)).toBe(expectedMs);
  });
});

describe('how soon something is told to be due that a timer waits for', () => {
  test.each([
    ['a clock that nobody touched', 2000, 0, 3000],
    ['one that was corrected', 2000, 900, 2100],
    ['one that was set an hour back', 2000, -HOUR_MS, 3000],
    ['one that was set three hours forward', 2000, 3 * HOUR_MS, 3000],
  ])('%s', (_, ticksMs, setMs, expectedMs) => {
    const now = later(ticksMs, setMs);
    expect(dueWallMs(momentAfter(THEN, 5000), now) - now.wallMs).toBe(expectedMs);
  });
});
