/** The value of {@link TunnelSettings.maxStarts} that means "as often as it takes". */
export const UNLIMITED_STARTS = -1;

/**
 * Tells whether ssh may be started once more. Any negative maximum means no limit; 0 allows none.
 *
 * @see docs/rules.md, LIM-1 and LIM-2.
 */
export function hasStartsLeft(starts: number, maxStarts: number): boolean {
  return maxStarts < 0 || starts < maxStarts;
}
