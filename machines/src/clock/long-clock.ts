import type { Clock } from './clock.ts';

/** The longest delay that timers of JavaScript can wait for, in milliseconds (24.8 days). */
export const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * Makes a clock that can wait for any time, also beyond 24.8 days.
 *
 * `setTimeout` of browsers and of Node turns a longer delay into 1 ms; this clock arms itself again until
 * the whole delay is over. An infinite delay never ends.
 *
 * @param timers - where the short timers come from: `globalThis`, or another clock.
 * @example
 * createActor(tunnelMachine, { input, clock: createLongClock(globalThis) });
 */
export function createLongClock(timers: Clock): Clock {
  /** The short timer that a long wait is at, by the handle that stands for the wait. */
  const armed = new Map<unknown, unknown>();

  const wait = (handle: object, run: () => void, ms: number) => {
    const stepMs = Math.min(ms, LONGEST_TIMER_MS);
    const goOn = () => {
      if (ms > stepMs) return wait(handle, run, ms - stepMs);
      armed.delete(handle);
      run();
    };
    armed.set(handle, timers.setTimeout(goOn, stepMs));
  };

  return {
    setTimeout(run, ms) {
      if (ms <= LONGEST_TIMER_MS) return timers.setTimeout(run, ms);
      const handle = {};
      wait(handle, run, ms);
      return handle;
    },
    clearTimeout(handle) {
      timers.clearTimeout(armed.has(handle) ? armed.get(handle) : handle);
      armed.delete(handle);
    },
  };
}
