import { createLongClock, type Clock } from '@holdfast/machines';

/**
 * Milliseconds on a clock that never goes back and knows nothing of time zones or corrections.
 *
 * The original measures ages on the wall clock, so that setting it changes gate and grace times
 * (docs/rules.md, BUG-26).
 */
export function monotonicMs(): number {
  return performance.now();
}

/** The system's clock for machines, good for any delay. */
export const systemClock: Clock = createLongClock({
  setTimeout: (run, ms) => setTimeout(run, ms),
  clearTimeout: (timer) => clearTimeout(timer as NodeJS.Timeout | undefined),
});
