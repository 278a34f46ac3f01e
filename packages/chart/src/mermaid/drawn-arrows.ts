import type { Chart, ChartState, ChartTransition } from '../chart.ts';

/** An arrow of the diagram. */
export interface DrawnArrow {
  readonly from: string;
  readonly to: string;
  readonly transition: ChartTransition;
}

/** All arrows, state by state. Mermaid takes none between a state and a state in it, or to the whole. */
export function drawnArrows(chart: Chart): readonly DrawnArrow[] {
  return chart.transitions.flatMap((transition) => {
    const { source, target } = transition;
    if (target === null || target === '') return [];
    const to = isInside(source, target) ? entered(chart, source, target) : target;
    return spread(chart, source, to, transition);
  });
}

/** An arrow to a state around its source leads to where that one begins. */
function entered(chart: Chart, source: string, target: string): string {
  const initial = stateAt(chart, target)?.initial ?? null;
  if (initial === null || !isInside(source, target)) return target;
  return entered(chart, source, initial);
}

/**
 * An arrow from a state to a state inside it begins, in the picture, at the states that are left by it: all those
 * within that do not answer the event themselves.
 */
function spread(
  chart: Chart,
  from: string,
  to: string,
  transition: ChartTransition,
): readonly DrawnArrow[] {
  const children = chart.states.filter(({ parent }) => parent === from);
  if (!isInside(to, from) || children.length === 0) return [{ from, to, transition }];
  return children
    .filter((child) => !answers(chart, child, transition))
    .flatMap((child) => spread(chart, child.path, to, transition));
}

/** Whether a state answers an event in any case, so that the states around it do not. */
function answers(chart: Chart, { path }: ChartState, { trigger }: ChartTransition): boolean {
  if (trigger.kind === 'after' || trigger.kind === 'always') return false;
  return chart.transitions.some(
    (own) =>
      own.source === path &&
      own.guard === null &&
      own.trigger.kind === trigger.kind &&
      own.trigger.name === trigger.name,
  );
}

/** The path of the innermost state that holds both. */
export function innermost(one: string, other: string): string {
  let holder = outerOf(one);
  while (!isInside(other, holder)) holder = outerOf(holder);
  return holder;
}

export function isInside(path: string, outer: string): boolean {
  return path !== outer && (outer === '' || path.startsWith(`${outer}.`));
}

function outerOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('.')));
}

function stateAt(chart: Chart, path: string): ChartState | undefined {
  return chart.states.find((state) => state.path === path);
}
