import { defer, filter, interval, map, pairwise, startWith, type Observable } from 'rxjs';
import type { SchedulerLike } from 'rxjs';

/** The two clocks of a machine, in milliseconds. */
export interface Clocks {
  /** What a clock on the wall shows: it goes on during sleep, and people set it. */
  wallMs(): number;
  /** Never goes back. On Linux it stands still during sleep; on other systems it may go on. */
  monotonicMs(): number;
}

/** What both clocks showed at the same moment. */
export interface ClockReading {
  readonly wallMs: number;
  readonly monotonicMs: number;
}

/** Time between two looks at the clocks. */
export const CLOCK_LOOK_MS = 1000;

/** How far the wall clock has to run ahead: corrections by NTP are smaller, and a shorter sleep breaks no connection. */
const LONGEST_CORRECTION_MS = 3000;

/** How late a look has to be, for systems whose monotonic clock goes on during sleep, and for a supervisor that was stopped. */
const LONGEST_DELAY_MS = 10_000;

/**
 * Whether the machine, or only this process, slept between two looks at the clocks.
 *
 * A clock set back is no wake. A clock set forward by more than 3 s looks like one; that costs one early probe.
 *
 * @see clock_gettime(2): CLOCK_MONOTONIC "does not count time that the system is suspended" on Linux
 */
export function isWake(before: ClockReading, now: ClockReading): boolean {
  const passedMs = now.monotonicMs - before.monotonicMs;
  const aheadMs = now.wallMs - before.wallMs - passedMs;
  return aheadMs > LONGEST_CORRECTION_MS || passedMs - CLOCK_LOOK_MS > LONGEST_DELAY_MS;
}

/** Tells each wake from sleep, at the first look after it. */
export function wake$(clocks: Clocks, scheduler: SchedulerLike): Observable<'woke-up'> {
  const read = (): ClockReading => ({
    wallMs: clocks.wallMs(),
    monotonicMs: clocks.monotonicMs(),
  });
  return defer(() =>
    interval(CLOCK_LOOK_MS, scheduler).pipe(
      map(read),
      startWith(read()),
      pairwise(),
      filter(([before, now]) => isWake(before, now)),
      map(() => 'woke-up' as const),
    ),
  );
}
