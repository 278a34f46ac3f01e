import type { Step } from '@holdfast/recording';
import type { ConnectionPhase } from '@holdfast/engine';
import type { InspectorRow } from '../../src/api.ts';
import type { PageState } from '../store/page-state.ts';
import { chosenRow } from '../store/reduce.ts';
import { keyOf, positionOfKey, sinceOf } from './step-list.ts';

/** The chosen one at the moment that is looked at. */
export interface Shown {
  readonly state: string;
  /** `null`: longer than is known. */
  readonly sinceMs: number | null;
  readonly active: readonly string[];
  readonly taken: readonly string[];
  /** Another whenever a transition was taken, even if it is the same transition again. */
  readonly takenKey: string;
  readonly starts: number;
  readonly misses: number | null;
  readonly phase: ConnectionPhase | null;
  readonly nextStartAtMs: number | null;
  readonly failureClass: string | null;
  readonly failureSentence: string | null;
  readonly roundTripMs: number | null;
}

/** The chosen one at the moment that is looked at; `null` if nothing is known of it then. */
export function shownOf(state: PageState): Shown | null {
  const row = chosenRow(state);
  const { steps } = state.past;
  const position = positionOf(state);
  if (state.travel !== null) return position < 0 ? null : shownThen(steps, position);
  return row === undefined ? null : shownNow(row, steps.at(-1));
}

/** Position of the step that is looked at: the last one if that is now, -1 before the first. */
export function positionOf({
  travel,
  past: { steps },
}: Pick<PageState, 'travel' | 'past'>): number {
  return travel === null ? steps.length - 1 : positionOfKey(steps, travel.atMs, travel.key);
}

function shownNow(row: InspectorRow, last: Step | undefined): Shown {
  const { state, sinceMs, active, taken, starts, phase } = row;
  return {
    state,
    sinceMs,
    active,
    taken,
    takenKey: `${last === undefined ? '' : keyOf(last)} ${sinceMs} ${taken.join(' ')}`,
    starts,
    misses: last?.facts.misses ?? null,
    phase,
    nextStartAtMs: row.nextStartAtMs,
    failureClass: row.failureClass,
    failureSentence: row.failureSentence,
    roundTripMs: row.roundTripsMs.at(-1) ?? null,
  };
}

function shownThen(steps: readonly Step[], position: number): Shown | null {
  const step = steps[position];
  if (step === undefined) return null;
  const { state, active, taken, facts } = step;
  return {
    state,
    sinceMs: sinceOf(steps, position),
    active,
    taken,
    takenKey: keyOf(step),
    ...facts,
    roundTripMs: facts.roundTripMs ?? lastRoundTrip(steps, position),
    phase: null,
  };
}

/** The answers up to a step, oldest first: as many as a row has. */
export function roundTripsUntil(steps: readonly Step[], position: number): readonly number[] {
  const found: number[] = [];
  for (let at = position; at >= 0 && found.length < MOST_ROUND_TRIPS; at -= 1) {
    const took = steps[at]?.facts.roundTripMs;
    if (typeof took === 'number') found.push(took);
  }
  return found.toReversed();
}

const MOST_ROUND_TRIPS = 60;

/** The answer before; a probe is out for a moment only. */
function lastRoundTrip(steps: readonly Step[], position: number): number | null {
  for (let at = position; at >= Math.max(0, position - 10); at -= 1) {
    const took = steps[at]?.facts.roundTripMs;
    if (typeof took === 'number') return took;
  }
  return null;
}
