/** How many quick deaths in a row restart at once (autossh's `N_FAST_TRIES`). */
export const FREE_TRIES = 5;

/**
 * How the hundredth part of the poll time is taken: with its fraction (1.4), or rounded down to whole
 * seconds (1.3, which therefore never waits when the poll time is below 100 s).
 */
export type GraceRounding = 'fraction' | 'whole';

/**
 * Seconds that ssh must have lived for its end not to count as a quick death: a tenth of the poll
 * time, and at least 10 s.
 *
 * @see autossh 1.4g manual, "Continued failures"; docs/rules.md, BACK-1.
 */
export function minimumUptimeSeconds(pollSeconds: number): number {
  return Math.max(10, Math.floor(pollSeconds / 10));
}

/**
 * The number of quick deaths in a row, after one more end of ssh.
 *
 * Every kind of end counts: a death, an operator's restart, a missed heartbeat. It is 0 again as soon
 * as one ssh lived long enough.
 *
 * @see docs/rules.md, BACK-1.
 */
export function countTries(tries: number, uptimeMs: number, pollSeconds: number): number {
  return uptimeMs >= minimumUptimeSeconds(pollSeconds) * 1000 ? 0 : tries + 1;
}

/**
 * Whole seconds to wait before the next start.
 *
 * The first five quick deaths restart at once; then the wait grows with the square of the tries, up
 * to the poll time.
 *
 * @see autossh 1.4g README, "Continued failures"; docs/rules.md, BACK-2 to BACK-4.
 */
export function graceSeconds(tries: number, pollSeconds: number, rounding: GraceRounding): number {
  if (tries <= FREE_TRIES) return 0;
  const slow = tries - FREE_TRIES;
  // One division at the end: with fractions on the way, 12 s and 15 slow tries would give 8 and not 9.
  const wholeSeconds = rounding === 'whole' ? pollSeconds - (pollSeconds % 100) : pollSeconds;
  return Math.min(Math.floor((wholeSeconds * slow * slow) / 300), pollSeconds);
}
