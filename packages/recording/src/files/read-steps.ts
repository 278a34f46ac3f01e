import { createPlayer } from '../play/player.ts';
import { readRecording } from '../read/read-recording.ts';
import { isRecordingError } from '../read/recording-error.ts';
import type { Step } from '../step.ts';
import { mergeOlder, unmerged, type MergedStep } from './merge-routine.ts';
import { findSegments, type Segment, type SegmentsQuery } from './segments.ts';

/** Which steps are wanted: those of one tunnel between two moments. */
export interface StepsQuery extends SegmentsQuery {
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

const LIMIT = 2000;

/**
 * The steps of one tunnel, from the files of an always-on recording: `path`, `path.1` and so on.
 *
 * It begins at the last checkpoint before `fromMs`, and lets the event loop turn meanwhile. Where there are more than `limit` steps, each run of
 * answered probes before the newest half of them becomes one step; where there are still too many, the oldest are left out, as is what lies more than 20,000 lines
 * back. A part that cannot be played is passed over, and `problem` says why. Throws the system's error when a file cannot be read.
 */
export async function readSteps(path: string, query: StepsQuery): Promise<FoundSteps> {
  const found = await findSegments(path, query);
  const { fromMs = -Infinity, toMs = Infinity, limit = LIMIT } = query;
  let steps: MergedStep[] = [];
  let problem: string | null = null;
  for (const segment of found.segments) {
    await turn();
    const played = playSegment(segment);
    problem = played.problem ?? problem;
    for (const one of played.steps) {
      if (one.step.atMs >= fromMs && one.step.atMs <= toMs) steps.push(one);
    }
    if (steps.length > limit) steps = mergeOlder(steps, Math.floor(limit / 2));
  }
  const isCut = found.isCut || steps.length > limit;
  const last = steps.slice(-limit).map(({ step }, index) => ({ ...step, index }));
  return { steps: last, earliestMs: found.earliestMs, isCut, problem };
}

/** The steps of a segment as far as it can be played. */
function playSegment({ clocks, lines }: Segment): {
  readonly steps: readonly MergedStep[];
  readonly problem: string | null;
} {
  const player = createPlayer();
  const steps: MergedStep[] = [];
  try {
    for (const line of readRecording([...clocks, ...lines])) {
      steps.push(...player.play(line).map(unmerged));
    }
    return { steps, problem: null };
  } catch (error) {
    if (!isRecordingError(error)) throw error;
    return { steps, problem: error.message };
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
