import type { InspectorRow, StreamMessage } from '../../src/api.ts';
import { orderRows } from '../list/order.ts';
import { joinSteps } from '../steps/step-list.ts';
import type { PageState } from './page-state.ts';

/** Messages that bring rows. */
export type RowsMessage = Exclude<StreamMessage, { type: 'ended' }>;

/** Clocks of one machine differ by what a message takes on its way: that much is no difference. */
const SAME_CLOCK_MS = 1500;

/** What the page shows after a message of the stream. Known rows keep their places, however much changes in them. */
export function takeMessage(state: PageState, message: RowsMessage, nowMs: number): PageState {
  const offset = message.atMs - nowMs;
  const next = {
    ...state,
    messages: state.messages + 1,
    offsetMs: Math.abs(offset) < SAME_CLOCK_MS ? 0 : offset,
  };
  return message.type === 'all' ? takeAll(next, message.rows) : takeChanged(next, message);
}

function takeAll(state: PageState, list: readonly InspectorRow[]): PageState {
  const rows = new Map(list.map((row) => [row.name, row]));
  const isKnown = state.order.length === list.length && state.order.every((name) => rows.has(name));
  return { ...state, rows, order: isKnown ? state.order : orderRows(list, state.sort) };
}

function takeChanged(
  state: PageState,
  { rows: changed, watched, steps: came }: Extract<RowsMessage, { type: 'changed' }>,
): PageState {
  const rows = new Map(state.rows);
  for (const row of changed) rows.set(row.name, row);
  const isKnown = rows.size === state.rows.size;
  const order = isKnown ? state.order : orderRows(rows.values(), state.sort);
  // A stream may speak on for a moment after another was chosen.
  const isOfChosen = watched !== null && watched === state.chosen;
  const steps = isOfChosen ? joinSteps(state.past.steps, came) : state.past.steps;
  const past = steps === state.past.steps ? state.past : { ...state.past, steps };
  return { ...state, rows, order, past };
}
