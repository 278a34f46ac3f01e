/** How many starts are allowed in how much time. */
export interface Intensity {
  /** So many starts are allowed within one period. */
  readonly starts: number;
  /** In how much time, in milliseconds. */
  readonly periodMs: number;
}

/** One more start, held against the ones before. */
export interface CountedStart {
  /** The starts of the last period, this one included: what the next call has to be given. */
  readonly recentStartsMs: readonly number[];
  /** Whether they are more than allowed. */
  readonly isTooMany: boolean;
}

/**
 * Counts a start, and tells whether there were too many of late.
 *
 * A start exactly one period ago still counts. What is remembered does not grow: of a storm, the starts
 * that exceed the limit by more than one are forgotten, oldest first.
 *
 * @param recentStartsMs - what the call before returned; empty at first.
 * @param nowMs - the time of this start, on a clock that nobody sets.
 * @see Erlang/OTP `supervisor.erl`, `add_restart/3` and `in_period/3`; "Supervisor Behaviour",
 * "Maximum Restart Intensity".
 */
export function countStart(
  recentStartsMs: readonly number[],
  nowMs: number,
  { starts, periodMs }: Intensity,
): CountedStart {
  const recent = [...recentStartsMs.filter((startMs) => nowMs - startMs <= periodMs), nowMs];
  return { recentStartsMs: recent.slice(-(starts + 1)), isTooMany: recent.length > starts };
}
