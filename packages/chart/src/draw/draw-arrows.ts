import type { Chart, ChartTransition } from '../chart.ts';
import type { Box, Layout, Route } from '../layout.ts';
import { ARROW_LABEL } from '../text/runs.ts';
import { type Detail, transitionLines } from '../text/transition-lines.ts';
import { drawLines } from './draw-text.ts';
import { element, escapeText } from '../xml.ts';
import { drawHead, linePath } from './line.ts';

/** A transition that leads somewhere, with its route. */
export interface Arrow {
  readonly transition: ChartTransition;
  readonly route: Route;
  readonly className: string;
  readonly detail: Detail;
}

/** All arrows. Where two have one line the second is a twin, to be seen only when it is the one that was taken. */
export function arrowsOf(
  { transitions }: Chart,
  layout: Layout,
  taken: ReadonlySet<string>,
): readonly Arrow[] {
  const { detail = 'full' } = layout;
  const drawn = new Set<string>();
  return transitions.flatMap((transition) => {
    const route = layout.transitions[transition.id];
    if (route === undefined) return [];
    const path = linePath(route.points);
    const isTwin = drawn.has(path);
    drawn.add(path);
    const classes = ['arrow', ...(isTwin ? ['is-twin'] : [])];
    const className = [...classes, ...(taken.has(transition.id) ? ['is-taken'] : [])].join(' ');
    return [{ transition, route, className, detail }];
  });
}

/** The lines of all arrows. */
export function drawArrowLines(arrows: readonly Arrow[]): readonly string[] {
  return arrows.map(({ transition, route, className }) =>
    element('g', { class: className, 'data-transition': transition.id }, [
      element('path', { class: 'line', d: linePath(route.points) }),
      drawHead(route.points),
    ]),
  );
}

/** The words of all arrows: above all lines, so that no line crosses a word. */
export function drawLabels(arrows: readonly Arrow[]): readonly string[] {
  return arrows.flatMap((arrow) => {
    const { label } = arrow.route;
    return label === null ? [] : [drawLabel(arrow, label)];
  });
}

function drawLabel({ transition, className, detail }: Arrow, label: Box): string {
  const words = { x: label.x + ARROW_LABEL.paddingX, y: label.y + ARROW_LABEL.paddingY };
  return element('g', { class: className, 'data-transition': transition.id }, [
    ...describe(transition),
    element('rect', { class: 'label', ...label, rx: 3 }),
    ...drawLines(transitionLines(transition, detail), words),
  ]);
}

/** What a pointer that rests on the words is told. */
function describe({ description, actions }: ChartTransition): readonly string[] {
  const told = [...(description === null ? [] : [description]), ...actions];
  return told.length === 0 ? [] : [element('title', {}, [escapeText(told.join('\n'))])];
}

const RADIUS = 5;

/** The dots that say where a state begins. */
export function drawInitials({ initials = {} }: Layout): readonly string[] {
  return Object.values(initials).map((points) => {
    const [{ x, y }] = points as [{ x: number; y: number }];
    return element('g', { class: 'initial' }, [
      element('path', { class: 'line', d: linePath(points) }),
      drawHead(points),
      element('circle', { cx: x, cy: y, r: RADIUS }),
    ]);
  });
}
