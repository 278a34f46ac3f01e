import type { Clock } from './clock.ts';

interface Timer {
  readonly id: number;
  readonly dueMs: number;
  readonly run: () => void;
}

/** A clock that moves only when told to, and then visits every timer at its exact time. */
export interface VirtualClock extends Clock {
  /** Milliseconds since the clock was made. */
  now(): number;
  /** How many timers wait. */
  readonly pending: number;
  /** Moves on by so many milliseconds; timers set on the way run at their own time. */
  advance(ms: number): void;
  /** Moves to the next timer and runs it; says whether there was one. */
  advanceToNext(): boolean;
}

/**
 * Makes a virtual clock, to be given to `createActor(machine, { clock })`.
 *
 * XState's own SimulatedClock moves to the end of a step first and runs the timers then, so that chained
 * timers drift (0 + 30 s + 600 s become 630 s + 630 s). This one is exact.
 */
export function createVirtualClock(): VirtualClock {
  let nowMs = 0;
  let lastId = 0;
  const timers = new Map<number, Timer>();

  const nextTimer = (): Timer | undefined => {
    let next: Timer | undefined;
    for (const timer of timers.values()) {
      if (next === undefined || timer.dueMs < next.dueMs) next = timer;
    }
    return next;
  };

  const runUntil = (limitMs: number): boolean => {
    const timer = nextTimer();
    if (timer === undefined || timer.dueMs > limitMs) return false;
    timers.delete(timer.id);
    nowMs = timer.dueMs;
    timer.run();
    return true;
  };

  return {
    now: () => nowMs,
    get pending() {
      return timers.size;
    },
    setTimeout(run, ms) {
      const id = ++lastId;
      timers.set(id, { id, dueMs: nowMs + Math.max(0, ms), run });
      return id;
    },
    clearTimeout(id) {
      timers.delete(id as number);
    },
    advance(ms) {
      const limitMs = nowMs + ms;
      while (runUntil(limitMs));
      nowMs = limitMs;
    },
    advanceToNext: () => runUntil(Infinity),
  };
}
