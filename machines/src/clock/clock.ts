/** Where a machine's delays come from: the two functions that XState asks its clock for. */
export interface Clock {
  /** Runs `run` once after so many milliseconds; what it returns goes to `clearTimeout`. */
  setTimeout(run: (...args: unknown[]) => void, ms: number): unknown;
  /** Forgets a timer; one that has run, or is not known, does no harm. */
  clearTimeout(timer: unknown): void;
}
