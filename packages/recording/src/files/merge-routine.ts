import type { PlayedStep } from '../play/player.ts';

/** A step, or a run of answered probes that stands as one step. */
export interface MergedStep extends PlayedStep {
  /** How many answered probes it stands for. */
  readonly probes: number;
}

/** A step that stands for itself. */
export function unmerged(played: PlayedStep): MergedStep {
  const isAnswer = played.isRoutine && played.step.facts.roundTripMs !== null;
  return { ...played, probes: isAnswer ? 1 : 0 };
}

/** Merges all but the newest steps, so many: of what happened lately somebody may want to know everything. */
export function mergeOlder(steps: readonly MergedStep[], newest: number): MergedStep[] {
  const from = steps.length - newest;
  // The end of a poll time and its answer stay together.
  const start = steps[from]?.probes === 1 ? from + 1 : from;
  return [...mergeRoutine(steps.slice(0, start)), ...steps.slice(start)];
}

/** Makes one step of each run of answered probes: the last one, which says how many they were. */
export function mergeRoutine(steps: readonly MergedStep[]): MergedStep[] {
  const merged: MergedStep[] = [];
  for (const next of steps) {
    const last = merged.at(-1);
    if (last?.isRoutine === true && next.isRoutine) merged[merged.length - 1] = join(last, next);
    else merged.push(next);
  }
  return merged;
}

function join(last: MergedStep, next: MergedStep): MergedStep {
  const probes = last.probes + next.probes;
  const { roundTripMs } = next.step.facts;
  const took = roundTripMs === null ? '' : `, the last in ${roundTripMs.toFixed(3)} ms`;
  const step = {
    ...next.step,
    detail: probes < 2 ? next.step.detail : `${probes} probes were answered${took}`,
    sentences: [...last.step.sentences, ...next.step.sentences],
  };
  return { ...next, step, probes };
}
