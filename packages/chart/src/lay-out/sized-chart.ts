import type { Chart, ChartState, ChartTransition } from '../chart.ts';
import { ARROW_LABEL, LINE_HEIGHT, STATE, widthOf } from '../text/runs.ts';
import { isContainer, stateLines } from '../text/state-lines.ts';
import { transitionLines, type Detail } from '../text/transition-lines.ts';

/** What has a size and no place yet; in CSS pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A state, and the room that its words need. */
export interface SizedState extends Size {
  readonly path: string;
  readonly parent: string | null;
  readonly isContainer: boolean;
  /** The path of the state that a dot points at; `null` if it has none. */
  readonly initial: string | null;
}

/** All transitions from one state to another: one arrow. */
export interface SizedArrow extends Size {
  readonly source: string;
  readonly target: string;
  /** Whether the target is in the source: the arrow then begins below the words of the source. */
  readonly isInner: boolean;
  /** Of each transition, in the order of the chart; a height of 0: no words. */
  readonly labels: readonly { readonly id: string; readonly height: number }[];
}

/** A chart, with the sizes of all that has to be placed. */
export interface SizedChart {
  readonly detail: Detail;
  readonly states: readonly SizedState[];
  readonly arrows: readonly SizedArrow[];
}

export function sizeChart(chart: Chart, detail: Detail): SizedChart {
  const states = chart.states.map((state) => sizeState(chart, state, detail));
  return { detail, states, arrows: arrowsOf(chart).map((each) => sizeArrow(each, detail)) };
}

function sizeState(chart: Chart, state: ChartState, detail: Detail): SizedState {
  const lines = stateLines(chart, state, detail);
  return {
    path: state.path,
    parent: state.parent,
    // The root is one in any case: it may have an arrow to itself, and nothing around it.
    isContainer: isContainer(state) || state.parent === null,
    initial: isContainer(state) ? state.initial : null,
    width: Math.ceil(Math.max(STATE.minWidth, widthOf(lines) + 2 * STATE.paddingX)),
    height: lines.length * LINE_HEIGHT + 2 * STATE.paddingY,
  };
}

function arrowsOf({ transitions }: Chart): readonly (readonly ChartTransition[])[] {
  const arrows = new Map<string, ChartTransition[]>();
  for (const transition of transitions) {
    if (transition.target === null) continue;
    const ends = JSON.stringify([transition.source, transition.target]);
    const arrow = arrows.get(ends);
    if (arrow === undefined) arrows.set(ends, [transition]);
    else arrow.push(transition);
  }
  return [...arrows.values()];
}

function sizeArrow(transitions: readonly ChartTransition[], detail: Detail): SizedArrow {
  const [{ source, target }] = transitions as [ChartTransition];
  const sized = transitions.map((transition) => {
    const lines = transitionLines(transition, detail);
    const height = lines.length === 0 ? 0 : lines.length * LINE_HEIGHT + 2 * ARROW_LABEL.paddingY;
    return { id: transition.id, height, width: widthOf(lines) };
  });
  const width = Math.max(...sized.map((each) => each.width));
  return {
    source,
    target: target!,
    isInner: isInside(target!, source),
    labels: sized.map(({ id, height }) => ({ id, height })),
    width: width === 0 ? 0 : Math.ceil(width + 2 * ARROW_LABEL.paddingX),
    height: sized.reduce((sum, { height }) => sum + height, 0),
  };
}

function isInside(path: string, outer: string): boolean {
  return path !== outer && (outer === '' || path.startsWith(`${outer}.`));
}
