const FIRST_MS = 500;
const LONGEST_MS = 10_000;

/**
 * How long to wait before the next try, in milliseconds: twice as long each time, up to ten seconds.
 *
 * @param tries - failures in a row, from 1.
 * @param chance - from 0 to 1: up to a quarter less, so that many pages do not come at once.
 */
export function retryWaitMs(tries: number, chance: number): number {
  const full = Math.min(LONGEST_MS, FIRST_MS * 2 ** (tries - 1));
  return Math.round(full * (1 - chance / 4));
}
