import { NETWORK_TIMEOUT_MS } from './poll-times.ts';

/** What earlier probes say about the round trip; `undefined` before the first answer. */
export interface RoundTrip {
  /** Smoothed round-trip time (the RFC's SRTT). */
  readonly smoothedMs: number;
  /** How far round trips stray from it (the RFC's RTTVAR). */
  readonly variationMs: number;
}

/** No time-out is shorter: 1 s, as RFC 6298 (2.4) has it. */
export const SHORTEST_PROBE_TIMEOUT_MS = 1000;

/**
 * Nor one after a miss: a segment that was lost is sent again after 0.2, 0.6, 1.4 and 3 s, and its answer has to have the time to come.
 *
 * @see RFC 6298, 5.5, with Linux's least time-out of 200 ms
 */
export const SHORTEST_AFTER_MISS_MS = 4000;

/** No time-out is longer: an answer that takes 15 s is of no use to anybody (autossh's default). */
export const LONGEST_PROBE_TIMEOUT_MS = NETWORK_TIMEOUT_MS;

/** The time-out before anything was measured: 3 s, the careful one of RFC 6298 (5.7). */
export const FIRST_PROBE_TIMEOUT_MS = 3000;

const SMOOTHING = 1 / 8;
const VARIATION_SMOOTHING = 1 / 4;
const VARIATIONS = 4;

/**
 * What is known of the round trip, after one more answer.
 *
 * Answers to repeated probes count as well: TCP has to leave them out since it cannot tell to which
 * sending an answer belongs (RFC 6298, 3), but each probe is one of its own.
 *
 * @see RFC 6298, 2.2 and 2.3; docs/failures.md, "How soon a dead line is noticed".
 */
export function measureRoundTrip(known: RoundTrip | undefined, answerMs: number): RoundTrip {
  if (known === undefined) return { smoothedMs: answerMs, variationMs: answerMs / 2 };
  const { smoothedMs, variationMs } = known;
  const strayMs = Math.abs(smoothedMs - answerMs);
  // The variation first: it is taken from the mean before this answer.
  return {
    variationMs: variationMs + VARIATION_SMOOTHING * (strayMs - variationMs),
    smoothedMs: smoothedMs + SMOOTHING * (answerMs - smoothedMs),
  };
}

/**
 * Whole milliseconds that the next probe may take.
 *
 * What the round trips let expect doubles with each miss in a row: a line that is slow, and not dead, gets the
 * time to show it. On a quick line the shortest times count, 1 s, then 4 s, and so on doubled: a blip is not a death,
 * and with a poll time of 5 s and one miss allowed a frozen line is dead after 5 + 1 + 4 = 10 s.
 *
 * @param misses - how many probes in a row went unanswered just before.
 * @see RFC 6298, 2.1 to 2.5 and 5.5; docs/failures.md, "How soon a dead line is noticed".
 */
export function probeTimeoutMs(known: RoundTrip | undefined, misses: number): number {
  const expectedMs =
    known === undefined
      ? FIRST_PROBE_TIMEOUT_MS
      : known.smoothedMs + VARIATIONS * known.variationMs;
  const patientMs = Math.max(shortestMs(misses), Math.ceil(expectedMs * 2 ** misses));
  return Math.min(LONGEST_PROBE_TIMEOUT_MS, patientMs);
}

function shortestMs(misses: number): number {
  return misses === 0 ? SHORTEST_PROBE_TIMEOUT_MS : SHORTEST_AFTER_MISS_MS * 2 ** (misses - 1);
}
