import { NETWORK_TIMEOUT_MS } from './poll-times.ts';

/** What earlier probes say about the round trip; `undefined` before the first answer. */
export interface RoundTrip {
  /** Smoothed round-trip time (the RFC's SRTT). */
  readonly smoothedMs: number;
  /** How far round trips stray from it (the RFC's RTTVAR). */
  readonly variationMs: number;
  /** The late answers since the last that was in time: how many, and how long the quickest of them took. `null`: none. */
  readonly late: { readonly times: number; readonly leastMs: number } | null;
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

/** What was lost is sent again this much later, or more: Linux's least time-out. */
export const LEAST_RESEND_MS = 200;

/** So many late answers in a row are no blip: the line has become slow. */
export const LATE_FOR_GOOD = 3;

const SMOOTHING = 1 / 8;
const VARIATION_SMOOTHING = 1 / 4;
const VARIATIONS = 4;

/**
 * What is known of the round trip, after one more answer.
 *
 * An answer that came as late as TCP's resends make it is the time of the loss, and not of the line: by Karn's rule it is not measured
 * (RFC 6298, 3). Nobody tells which one was sent again, so that it is the lateness that counts. Three in a row are the line itself; and a
 * quick one shows that what was measured before was late.
 *
 * @see RFC 6298, 2.2, 2.3 and 3; docs/failures.md, "How soon a dead line is noticed".
 */
export function measureRoundTrip(known: RoundTrip | undefined, answerMs: number): RoundTrip {
  if (known === undefined || answerMs <= known.smoothedMs - LEAST_RESEND_MS) {
    return firstRoundTrip(answerMs);
  }
  const { smoothedMs, variationMs } = known;
  if (answerMs >= smoothedMs + LEAST_RESEND_MS) return countLate(known, answerMs);
  const strayMs = Math.abs(smoothedMs - answerMs);
  // The variation first: it is taken from the mean before this answer.
  return {
    variationMs: variationMs + VARIATION_SMOOTHING * (strayMs - variationMs),
    smoothedMs: smoothedMs + SMOOTHING * (answerMs - smoothedMs),
    late: null,
  };
}

function firstRoundTrip(answerMs: number): RoundTrip {
  return { smoothedMs: answerMs, variationMs: answerMs / 2, late: null };
}

function countLate(known: RoundTrip, answerMs: number): RoundTrip {
  const { times, leastMs } = known.late ?? { times: 0, leastMs: answerMs };
  const late = { times: times + 1, leastMs: Math.min(leastMs, answerMs) };
  return late.times < LATE_FOR_GOOD ? { ...known, late } : firstRoundTrip(late.leastMs);
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
