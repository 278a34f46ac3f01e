import { VirtualTimeScheduler } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { CLOCK_LOOK_MS, isWake, wake$ } from './wake.ts';

const START = { wallMs: 1_800_000_000_000, monotonicMs: 5000 };

describe('two looks at the clocks', () => {
  test.each<[title: string, wallMs: number, monotonicMs: number, isWake: boolean]>([
    ['with a second between them are no wake', 1000, 1000, false],
    ['are a wake when only the wall clock went on', 8 * 3600_000, 1000, true],
    ['are a wake when the wall clock is just over 3 s ahead', 4001, 1000, true],
    ['are no wake when the wall clock is 3 s ahead', 4000, 1000, false],
    ['are a wake when both clocks went on for an hour', 3600_000, 3600_000, true],
    ['are a wake when the second is just over 10 s late', 11_001, 11_001, true],
    ['are no wake when the second is 10 s late', 11_000, 11_000, false],
    ['are no wake when the wall clock was set back', -3600_000, 1000, false],
    ['are a wake when it was set back during a long sleep', -3600_000, 3600_000, true],
    ['look like a wake when the wall clock was set forward', 3600_000, 1000, true],
  ])('%s', (_, wallMs, monotonicMs, expected) => {
    const now = {
      wallMs: START.wallMs + wallMs,
      monotonicMs: START.monotonicMs + monotonicMs,
    };
    expect(isWake(START, now)).toBe(expected);
  });
});

describe('a watch over the clocks', () => {
  function scene() {
    const scheduler = new VirtualTimeScheduler();
    const clocks = { aheadMs: 0, wallMs: () => 0, monotonicMs: () => scheduler.now() };
    clocks.wallMs = () => START.wallMs + scheduler.now() + clocks.aheadMs;
    const toldAtMs: number[] = [];
    const subscription = wake$(clocks, scheduler).subscribe(() => toldAtMs.push(scheduler.now()));
    const runTo = (ms: number) => {
      scheduler.maxFrames = ms;
      scheduler.flush();
    };
    return { clocks, toldAtMs, runTo, subscription, scheduler };
  }

  test('tells each sleep once, at the next look', () => {
    const { clocks, toldAtMs, runTo } = scene();
    runTo(5500);
    clocks.aheadMs += 60_000;
    runTo(20_500);
    clocks.aheadMs += 60_000;
    runTo(60_000);
    expect(toldAtMs).toEqual([6000, 21_000]);
  });

  test('tells a sleep before the first look', () => {
    const { clocks, toldAtMs, runTo } = scene();
    clocks.aheadMs += 60_000;
    runTo(10 * CLOCK_LOOK_MS);
    expect(toldAtMs).toEqual([1000]);
  });

  test('tells nothing when the clock drifts or is set back, and a sleep after that', () => {
    const { clocks, toldAtMs, runTo } = scene();
    for (let second = 1; second <= 100; second += 1) {
      clocks.aheadMs += 50;
      runTo(second * 1000);
    }
    clocks.aheadMs -= 3600_000;
    runTo(110_000);
    expect(toldAtMs).toEqual([]);
    clocks.aheadMs += 10_000;
    runTo(112_000);
    expect(toldAtMs).toEqual([111_000]);
  });

  test('leaves no timer when nobody listens any more', () => {
    const { subscription, scheduler, runTo } = scene();
    runTo(3000);
    subscription.unsubscribe();
    runTo(4000);
    expect(scheduler.actions).toEqual([]);
  });
});
