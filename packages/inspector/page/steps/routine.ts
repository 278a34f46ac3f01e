import type { Step } from '@holdfast/recording';
import { isUp } from '../list/tone.ts';

const ROUTINE = new Set([
  'heartbeat.answered',
  'after pollTime',
  'after proofTime',
  'tunnel.probe',
]);

/** Whether a step is everyday business: a probe and its answer, or an input that changed nothing and says nothing. */
export function isRoutine(step: Step, before: Step | undefined): boolean {
  if (before !== undefined && isUp(step.state) !== isUp(before.state)) return false;
  if (ROUTINE.has(step.event)) return true;
  return step.taken.length === 0 && step.sentences.length === 0;
}

/** Position of the next step that tells something, in a direction; `undefined` if there is none. */
export function nextTelling(
  steps: readonly Step[],
  position: number,
  direction: 1 | -1,
): number | undefined {
  for (let at = position + direction; at >= 0 && at < steps.length; at += direction) {
    const step = steps[at];
    if (step !== undefined && !isRoutine(step, steps[at - 1])) return at;
  }
  return undefined;
}
