import type { Step } from '@holdfast/recording';
import { isDown, toneOf } from '../list/tone.ts';
import type { Tone } from '../list/tones.ts';
import { isRoutine } from '../steps/routine.ts';
import { positionAt } from '../steps/step-list.ts';
import { columnOf } from './bands.ts';
import type { Range } from './range.ts';

/** Something that happened, on the timeline: one mark a column at most. */
export interface Mark {
  readonly column: number;
  readonly tone: Tone;
}

/** Marks of what tells something within a range; of several in one column, one that led into a bad state. */
export function marksOf(steps: readonly Step[], range: Range, columns: number): readonly Mark[] {
  const marks = new Map<number, Step>();
  const last = positionAt(steps, range.toMs);
  for (let at = positionAt(steps, range.fromMs) + 1; at <= last; at += 1) {
    const step = steps[at];
    if (step === undefined || isRoutine(step, steps[at - 1])) continue;
    const column = columnOf(step.atMs, range, columns);
    const before = marks.get(column);
    if (before === undefined || isDown(step.state) || !isDown(before.state))
      marks.set(column, step);
  }
  return [...marks].map(([column, { state }]) => ({ column, tone: toneOf(state) }));
}
