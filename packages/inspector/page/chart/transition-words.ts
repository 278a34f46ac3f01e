import type { Chart, ChartState, ChartTransition, ChartTrigger } from '@holdfast/chart';
import { count } from '@holdfast/text';

/** What sets a transition off, in words. */
export function triggerWords({ kind, name }: ChartTrigger): string {
  switch (kind) {
    case 'event':
      return `on ${name}`;
    case 'after':
      return `after ${name}`;
    case 'always':
      return 'at once';
    case 'done':
      return name === '' ? 'when it is done' : `when ${name} is done`;
    case 'error':
      return `when ${name} fails`;
  }
}

/** The last word of a path; the name of the machine for the root. */
export function stateName({ states, id }: Chart, path: string): string {
  return states.find((state) => state.path === path)?.name ?? id;
}

/** Where a transition leads, in words. */
export function targetWords(chart: Chart, { target }: ChartTransition): string {
  return target === null ? 'stays' : stateName(chart, target);
}

/** What may happen next: transitions of the active states, those of the innermost first. What is ignored is left out. */
export function possibleNext(chart: Chart, active: readonly string[]): readonly ChartTransition[] {
  if (isOver(chart, active)) return [];
  // The root is active as long as the machine is.
  const depths = new Map([['', -1], ...active.map((path, depth) => [path, depth] as const)]);
  return chart.transitions
    .filter(
      ({ source, target, actions }) =>
        depths.has(source) && (target !== null || actions.length > 0),
    )
    .toSorted((one, other) => (depths.get(other.source) ?? 0) - (depths.get(one.source) ?? 0));
}

/** In a final state the machine still takes what its root listens to, but nothing leads out. */
function isOver({ states }: Chart, active: readonly string[]): boolean {
  const inner = innermost(active);
  return states.some(
    ({ path, kind }) => kind === 'final' && inner.includes(path) && !path.includes('.'),
  );
}

/** How many ways lead on. */
export function waysOn(many: number): string {
  return many === 0 ? 'no transitions' : count(many, 'transition');
}

/** The innermost active states, whose names say most. */
export function innermost(active: readonly string[]): readonly string[] {
  return active.filter(
    (path) =>
      !active.some((other) => other !== path && (path === '' || other.startsWith(`${path}.`))),
  );
}

/** Something of a chart that can be explained. */
export type Explained =
  | { readonly kind: 'transition'; readonly transition: ChartTransition }
  | { readonly kind: 'state'; readonly state: ChartState };
