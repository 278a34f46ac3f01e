import type { Step } from '@holdfast/recording';
import { isRoutine } from '../steps/step-list.ts';

/** How many are shown: more would be a scroll without end. */
export const MOST_EVENTS = 120;

/** The events to list, the latest first: the last ones, or those around a position that is looked at. */
export function eventsAround(
  steps: readonly Step[],
  position: number | null,
  hasRoutine: boolean,
): readonly Step[] {
  const shows = (at: number) => hasRoutine || at === position || isTelling(steps, at);
  const after = position === null ? [] : collect(position + 1, 1, steps, MOST_EVENTS / 3, shows);
  const before = collect(
    position ?? steps.length - 1,
    -1,
    steps,
    MOST_EVENTS - after.length,
    shows,
  );
  return [...after.toReversed(), ...before];
}

function isTelling(steps: readonly Step[], at: number): boolean {
  const step = steps[at];
  return step !== undefined && !isRoutine(step, steps[at - 1]);
}

function collect(
  start: number,
  direction: 1 | -1,
  steps: readonly Step[],
  most: number,
  shows: (at: number) => boolean,
): Step[] {
  const found: Step[] = [];
  for (let at = start; at >= 0 && at < steps.length && found.length < most; at += direction) {
    const step = steps[at];
    if (step !== undefined && shows(at)) found.push(step);
  }
  return found;
}
