import type { Step } from '../step.ts';

/** Which steps are wanted: those of one tunnel between two moments. */
export interface StepsQuery {
  /** The tunnel. */
  readonly name: string;
  /** In milliseconds since 1970. Default: the oldest moment on record. */
  readonly fromMs?: number | undefined;
  /** In milliseconds since 1970. Default: the present. */
  readonly toMs?: number | undefined;
  /** How many steps the answer holds at most; the newest are kept. Default: 2000. */
  readonly limit?: number | undefined;
}

/** What was found, oldest first. */
export interface FoundSteps {
  readonly steps: readonly Step[];
  /** The oldest moment of the tunnel that is on record, in milliseconds since 1970; `null` if nothing is. */
  readonly earliestMs: number | null;
  /** Whether older steps of the wanted time were left out. */
  readonly isCut: boolean;
  /** Why a part could not be played and was passed over; `null` if all is well. */
  readonly problem: string | null;
}
