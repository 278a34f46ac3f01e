import { afterEach, expect, test, vi } from 'vitest';
import { monotonicMs, systemClock } from './clock.ts';

afterEach(() => void vi.useRealTimers());

test('the monotonic clock does not follow the clock on the wall', () => {
  const before = monotonicMs();
  vi.useFakeTimers({ toFake: ['Date'], now: 0 });
  expect(monotonicMs()).toBeGreaterThanOrEqual(before);
});

test('the system clock waits for any time, and can be told not to', () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const ran: string[] = [];
  const month = 30 * 24 * 3600 * 1000;
  systemClock.setTimeout(() => ran.push('after a month'), month);
  systemClock.clearTimeout(systemClock.setTimeout(() => ran.push('never'), 1));
  vi.advanceTimersByTime(month - 1);
  expect(ran).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(ran).toEqual(['after a month']);
});
