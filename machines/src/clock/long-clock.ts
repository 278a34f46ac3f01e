import type { Clock } from './clock.ts';

/** The longest delay that timers of JavaScript can wait for, in milliseconds (24.8 days). */
export const LONGEST_TIMER_MS = 2 ** 31 - 1;

interface Handle {
  timer: unknown;
}

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
  return {
    setTimeout(run, ms) {
      const handle: Handle = { timer: undefined };
      const arm = (leftMs: number) => {
        const stepMs = Math.min(leftMs, LONGEST_TIMER_MS);
        handle.timer = timers.setTimeout(
          () => (leftMs > stepMs ? arm(leftMs - stepMs) : run()),
          stepMs,
        );
      };
      arm(ms);
      return handle;
    },
    clearTimeout(handle) {
      timers.clearTimeout((handle as Handle | undefined)?.timer);
    },
  };
}
