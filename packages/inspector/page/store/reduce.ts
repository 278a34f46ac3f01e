import type {
  DrawnChart,
  InspectorHello,
  InspectorRow,
  StepsAnswer,
  StreamMessage,
} from '../../src/api.ts';
import { orderRows, type Sort } from '../list/order.ts';
import { joinSteps } from '../steps/step-list.ts';
import type { Connection } from '../stream/follow.ts';
import { NO_PAST, type Notice, type PageState, type Reasons, type Travel } from './page-state.ts';

/** Everything that can happen to the page. */
export type PageEvent =
  | { readonly type: 'hello'; readonly hello: InspectorHello }
  | { readonly type: 'connection'; readonly connection: Connection }
  | { readonly type: 'message'; readonly message: RowsMessage; readonly nowMs: number }
  | { readonly type: 'steps'; readonly answer: StepsAnswer; readonly isOlder: boolean }
  | { readonly type: 'chart'; readonly id: string; readonly chart: DrawnChart }
  | ({ readonly type: 'why'; readonly name: string } & Reasons)
  | { readonly type: 'filter'; readonly filter: string }
  | { readonly type: 'sort'; readonly sort: Sort }
  /** Rows may move to where they belong by now. */
  | { readonly type: 'settle' }
  | { readonly type: 'choose'; readonly name: string | null; readonly atMs: number | null }
  | { readonly type: 'travel'; readonly travel: Travel | null }
  | { readonly type: 'notice'; readonly notice: Notice | null }
  | { readonly type: 'speed'; readonly speed: number };

/** What the page shows after an event. */
export function reduce(state: PageState, event: PageEvent): PageState {
  switch (event.type) {
    case 'message':
      return takeMessage(state, event.message, event.nowMs);
    case 'steps':
      return takeSteps(state, event.answer, event.isOlder);
    case 'chart':
      return { ...state, charts: new Map([...state.charts, [event.id, event.chart]]) };
    case 'why':
      return takeReasons(state, event);
    case 'sort':
      return settle({ ...state, sort: event.sort });
    case 'settle':
      return settle(state);
    case 'choose':
      return choose(state, event.name, event.atMs);
    case 'hello':
      return { ...state, hello: event.hello };
    case 'connection':
      return { ...state, connection: event.connection };
    case 'filter':
      return { ...state, filter: event.filter };
    case 'travel':
      return { ...state, travel: event.travel };
    case 'notice':
      return { ...state, notice: event.notice };
    case 'speed':
      return { ...state, speed: event.speed };
  }
}

function takeSteps(state: PageState, answer: StepsAnswer, isOlder: boolean): PageState {
  if (answer.name !== state.chosen) return state;
  const { past } = state;
  const steps = joinSteps(past.steps, answer.steps);
  const { earliestMs } = answer;
  // Whoever asked for older steps and got none is at the beginning, whatever is said.
  const isCut = answer.isCut && !(isOlder && steps.length === past.steps.length);
  return { ...state, past: { steps, earliestMs, isCut, isLoaded: true } };
}

function takeReasons(
  state: PageState,
  { name, sentences, atMs }: Extract<PageEvent, { type: 'why' }>,
): PageState {
  return name === state.chosen ? { ...state, why: { sentences, atMs } } : state;
}

function settle(state: PageState): PageState {
  const order = orderRows(state.rows.values(), state.sort);
  return isSame(order, state.order) ? state : { ...state, order };
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((name, index) => name === other[index]);
}

function choose(state: PageState, name: string | null, atMs: number | null): PageState {
  const travel = atMs === null ? null : { atMs, key: null };
  if (name !== state.chosen)
    return { ...state, chosen: name, travel, past: NO_PAST, why: null, notice: null, speed: 0 };
  return state.travel?.atMs === atMs ? state : { ...state, travel };
}

/** The row of the chosen one, if it is there. */
export function chosenRow({ rows, chosen }: PageState): InspectorRow | undefined {
  return chosen === null ? undefined : rows.get(chosen);
}

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
