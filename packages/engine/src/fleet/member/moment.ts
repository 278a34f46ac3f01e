import { monotonicMs } from '../../clock.ts';
import type { ClockReading } from '../../network/wake.ts';

/** A moment: what both clocks showed. The wall clock alone may be set, and then knows it no more. */
export type Moment = ClockReading;

/** Of clocks that are only corrected, as by NTP, what the wall clock showed stands. */
const LARGEST_CORRECTION_MS = 1000;

/** The present. */
export function thisMoment(): Moment {
  return { wallMs: Date.now(), monotonicMs: monotonicMs() };
}

/** A time of the wall clock as status and events tell it: ISO 8601, UTC. */
export function isoTime(wallMs: number): string {
  return new Date(wallMs).toISOString();
}

/** The moment so many milliseconds later, if nobody sets the clock. */
export function momentAfter({ wallMs, monotonicMs: ticksMs }: Moment, ms: number): Moment {
  return { wallMs: wallMs + ms, monotonicMs: ticksMs + ms };
}

/**
 * When a moment of the past was, by what the wall clock shows now; in milliseconds since 1970.
 *
 * With a clock that was set back since, as long ago as it really was. A clock that was set forward cannot be told from a machine
 * that slept, and then the time passed.
 */
export function pastWallMs(past: Moment, now: Moment): number {
  const byTicksMs = now.wallMs - (now.monotonicMs - past.monotonicMs);
  return past.wallMs - byTicksMs > LARGEST_CORRECTION_MS ? byTicksMs : past.wallMs;
}

/** When something is due that a timer waits for, by what the wall clock shows now; in milliseconds since 1970. */
export function dueWallMs(due: Moment, now: Moment): number {
  const byTicksMs = now.wallMs + (due.monotonicMs - now.monotonicMs);
  return Math.abs(due.wallMs - byTicksMs) > LARGEST_CORRECTION_MS ? byTicksMs : due.wallMs;
}
