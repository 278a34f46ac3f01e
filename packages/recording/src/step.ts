import type { FailureClass, TunnelState } from '@holdfast/machines';

// What the player of a recording gives, one for each input of a machine. Plain data that survives JSON.

/** One input of a tunnel's machine, and what became of it. */
export interface Step {
  /** Counted from 0 within one answer or one stream: the same step has another index elsewhere. */
  readonly index: number;
  /** When, in milliseconds since 1970. */
  readonly atMs: number;
  /** The type of the input, such as `child.exited`, or `after pollTime` for a delay that was over. */
  readonly event: string;
  /** What the input brought, redacted; `null` if nothing. */
  readonly detail: string | null;
  /** The state after it, by its one name. */
  readonly state: TunnelState;
  /** Paths of all active states after it, outermost first, as `Chart` has them. */
  readonly active: readonly string[];
  /** Ids of the transitions that were taken, in order; empty if the input changed nothing. */
  readonly taken: readonly string[];
  readonly facts: StepFacts;
  /** What the supervisor said about it at the time: lower case, without a full stop. */
  readonly sentences: readonly string[];
}

/** What the machine remembered after a step. */
export interface StepFacts {
  /** How often ssh was started. */
  readonly starts: number;
  /** Probes missed in a row. */
  readonly misses: number;
  readonly failureClass: FailureClass | null;
  /** For people: lower case, without a full stop. */
  readonly failureSentence: string | null;
  /** When the next start is due, in milliseconds since 1970; `null` if none is planned. */
  readonly nextStartAtMs: number | null;
  /** How long the answer took, if the input was one. */
  readonly roundTripMs: number | null;
}
