import type { Step } from '@holdfast/recording';
import { keyOf, nextTelling } from '../steps/step-list.ts';
import { positionOf } from '../steps/shown.ts';
import { useSelect, useSession } from '../store/hooks.ts';
import { timeOfDay } from '../time/clock-words.ts';
import type { Range } from './range.ts';

interface TimeSliderProps {
  readonly steps: readonly Step[];
  readonly range: Range;
}

/** A slider as wide as the timeline: a click, a drag, or the arrow keys choose a moment. */
export function TimeSlider({ steps, range: { fromMs, toMs } }: TimeSliderProps) {
  const { store } = useSession();
  const travel = useSelect((state) => state.travel);
  const position = useSelect(positionOf);
  const atMs = travel?.atMs ?? toMs;
  const isRecording = useSelect(({ hello }) => hello?.kind === 'recording');
  const moveTo = (at: number | null, key: string | null = null) =>
    store.send({ type: 'travel', travel: at === null ? null : { atMs: at, key } });

  function onKeyDown(event: KeyboardEvent): void {
    // Keys may come more often than frames: what counts is the moment, not what is drawn.
    const state = store.get();
    const to = target(event.key, steps, positionOf(state), state.travel !== null);
    if (to === undefined) return;
    event.preventDefault();
    const step = to === 'now' ? undefined : steps[to];
    if (step !== undefined) moveTo(step.atMs, keyOf(step));
    else moveTo(isRecording ? toMs : null);
  }

  return (
    <input
      class="time-slider"
      type="range"
      aria-label="Moment"
      aria-valuetext={`${travel === null ? 'now' : timeOfDay(atMs)}, ${steps[position]?.state ?? 'nothing recorded'}`}
      data-travelling={travel !== null}
      min={0}
      max={Math.round(toMs - fromMs)}
      value={Math.round(atMs - fromMs)}
      onInput={({ currentTarget }) => moveTo(fromMs + currentTarget.valueAsNumber)}
      onKeyDown={onKeyDown}
    />
  );
}

/** Where a key leads: the position of a step, or the present; `undefined` if it is none of ours. */
function target(
  key: string,
  steps: readonly Step[],
  position: number,
  isTravelling: boolean,
): number | 'now' | undefined {
  switch (key) {
    case 'ArrowLeft':
    case 'ArrowDown':
      return nextTelling(steps, isTravelling ? position : steps.length, -1) ?? 0;
    case 'ArrowRight':
    case 'ArrowUp':
      return nextTelling(steps, position, 1) ?? 'now';
    case 'Home':
      return 0;
    case 'End':
      return 'now';
    default:
      return undefined;
  }
}
