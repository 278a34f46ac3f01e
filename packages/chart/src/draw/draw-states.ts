import type { Chart, ChartState } from '../chart.ts';
import type { Box, Layout } from '../layout.ts';
import { type Line, LINE_HEIGHT, STATE } from '../text/runs.ts';
import { isContainer, stateLines } from '../text/state-lines.ts';
import { drawLines } from './draw-text.ts';
import { element } from '../xml.ts';

const RADIUS = 8;

/** How far the second line of a final state is inside the first. */
const INSET = 3;

/** The frames of all states, the outer ones below the inner ones. */
export function drawFrames(
  chart: Chart,
  layout: Layout,
  active: ReadonlySet<string>,
): readonly string[] {
  return drawEach(chart, layout, active, (state, box, lines) => [
    element('rect', { class: 'frame', ...box, rx: radiusOf(state, box) }),
    ...(state.kind === 'final' ? [drawInnerFrame(box)] : []),
    ...(isContainer(state) ? [drawRule(box, lines.length)] : []),
  ]);
}

/** The words of all states: apart from the frames, since arrows may lead across a frame and below words. */
export function drawWords(
  chart: Chart,
  layout: Layout,
  active: ReadonlySet<string>,
  taken: ReadonlySet<string>,
): readonly string[] {
  return drawEach(chart, layout, active, (_, { x, y }, lines) =>
    drawLines(lines, { x: x + STATE.paddingX, y: y + STATE.paddingY }, taken),
  );
}

function drawEach(
  chart: Chart,
  layout: Layout,
  active: ReadonlySet<string>,
  draw: (state: ChartState, box: Box, lines: readonly Line[]) => readonly string[],
): readonly string[] {
  return chart.states.flatMap((state) => {
    const box = layout.states[state.path];
    if (box === undefined) return [];
    const attributes = {
      class: classOf(state, active.has(state.path)),
      'data-state': state.path,
    };
    const lines = stateLines(chart, state, layout.detail ?? 'full');
    return [element('g', attributes, draw(state, box, lines))];
  });
}

function classOf({ kind, parent }: ChartState, isActive: boolean): string {
  const classes = {
    state: true,
    'is-root': parent === null,
    'is-container': kind === 'compound' || kind === 'parallel',
    'is-parallel': kind === 'parallel',
    'is-final': kind === 'final',
    'is-history': kind === 'history',
    'is-active': isActive,
  };
  return Object.entries(classes)
    .filter(([, isSet]) => isSet)
    .map(([name]) => name)
    .join(' ');
}

function radiusOf({ kind }: ChartState, { height }: Box): number {
  return kind === 'history' ? height / 2 : RADIUS;
}

function drawInnerFrame({ x, y, width, height }: Box): string {
  return element('rect', {
    class: 'inner-frame',
    x: x + INSET,
    y: y + INSET,
    width: width - 2 * INSET,
    height: height - 2 * INSET,
    rx: RADIUS - INSET,
  });
}

/** The line between the words of a state and the states in it. */
function drawRule({ x, y, width }: Box, lines: number): string {
  const below = y + lines * LINE_HEIGHT + 2 * STATE.paddingY;
  return element('path', { class: 'rule', d: `M${x} ${below}h${width}` });
}
