import { describe, expect, it } from 'vitest';
import { countdown, elapsed, hoursAndMinutes, moment, timeOfDay } from './clock-words.ts';

describe('words for time', () => {
  it.each([
    [-5, '0 s'],
    [999, '0 s'],
    [7_400, '7 s'],
    [59_999, '59 s'],
    [60_000, '1 min'],
    [187_000, '3 min 7 s'],
    [3_600_000, '1 h'],
    [7_500_000, '2 h 5 min'],
    [86_400_000, '1 d'],
    [356_400_000, '4 d 3 h'],
  ])('say what has lasted %i ms', (ms, expected) => {
    expect(elapsed(ms)).toBe(expected);
  });

  it.each([
    [-1, 'now'],
    [0, 'now'],
    [1, 'in 1 s'],
    [1_001, 'in 2 s'],
    [61_000, 'in 1 min 1 s'],
  ])('count down from %i ms', (ms, expected) => {
    expect(countdown(ms)).toBe(expected);
  });

  it('give the time of day where the reader is', () => {
    const at = new Date(2026, 2, 1, 3, 12, 7).getTime();
    expect(timeOfDay(at)).toBe('03:12:07');
    expect(hoursAndMinutes(at)).toBe('03:12');
    expect(moment(at, at + 60_000)).toBe('03:12:07');
    expect(moment(at, at + 86_400_000)).toMatch(/1.*, 03:12:07$/);
  });
});
