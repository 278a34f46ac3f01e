/** What an ssh did at the first probe of its life, if that was not answered: it ended, or its server was silent until it was given up. */
export type Untaken = 'ended' | 'silent';

/** What is known of whether a server takes probes at all. Plain data. */
export interface ProbeTaking {
  /**
   * - `asked`: as far as is known it does.
   * - `trial`: the present ssh, or the next, goes without, to see how it fares.
   * - `unasked`: it does not. ssh goes without probes, and they are tried again an hour later.
   */
  readonly phase: 'asked' | 'trial' | 'unasked';
  /** What the last first probe came to; `null` if it was answered, or there was none. */
  readonly why: Untaken | null;
  /** How many ssh in a row did so. */
  readonly times: number;
  /** Since when it is `unasked`, on the clock of the events. */
  readonly sinceMs: number;
}

/** A server of which nothing is known, or that answered. */
export const TAKES_PROBES: ProbeTaking = { phase: 'asked', why: null, times: 0, sinceMs: 0 };

/** Once may be chance. */
const OFTEN = 2;

/** How long probes are left out. */
export const UNASKED_MS = 3_600_000;

/** A server that ends ssh at its first probe lets it live longer without; one that ends it anyway does not. */
const OUTLIVES_PROBE_SECONDS = 5;

/**
 * What is known after an ssh whose first probe was not answered.
 *
 * Two in a row that came to the same are no chance. Then the next goes without probes: it may be the line, or a server that dies by
 * itself, and only an ssh that fares better without them shows that it was the probe.
 *
 * @see docs/rules.md, FL-31
 */
export function countUntaken(known: ProbeTaking, why: Untaken, atMs: number): ProbeTaking {
  const times = known.why === why ? known.times + 1 : 1;
  // It was tried again, and is known by now.
  if (known.phase === 'unasked') return { phase: 'unasked', why, times, sinceMs: atMs };
  return { phase: times >= OFTEN ? 'trial' : 'asked', why, times, sinceMs: 0 };
}

/** What is known after an ssh on trial that lived long enough. */
export function passTrial(known: ProbeTaking, atMs: number): ProbeTaking {
  return { ...known, phase: 'unasked', sinceMs: atMs };
}

/** Whether an ssh that begins now is sent probes. */
export function isAskedAt({ phase, sinceMs }: ProbeTaking, atMs: number): boolean {
  if (phase === 'unasked') return atMs - sinceMs >= UNASKED_MS;
  return phase === 'asked';
}

/**
 * Seconds that an ssh on trial has to carry traffic, as far as it tells, for its server to count as one that takes no probes.
 *
 * @param aliveLimitSeconds - after how long ssh itself ends a connection whose server is silent.
 */
export function trialSeconds({ why }: ProbeTaking, aliveLimitSeconds: number): number {
  return why === 'ended' ? OUTLIVES_PROBE_SECONDS : aliveLimitSeconds;
}
