import type { Chart } from '../chart.ts';
import type { Box, Layout, Point } from '../layout.ts';

/** Rounding to tenths of a pixel is no error. */
const SLACK = 0.11;

export function isWithin(inner: Box, outer: Box): boolean {
  return (
    inner.x >= outer.x - SLACK &&
    inner.y >= outer.y - SLACK &&
    inner.x + inner.width <= outer.x + outer.width + SLACK &&
    inner.y + inner.height <= outer.y + outer.height + SLACK
  );
}

export function overlap(one: Box, other: Box): boolean {
  return (
    one.x + one.width > other.x + SLACK &&
    other.x + other.width > one.x + SLACK &&
    one.y + one.height > other.y + SLACK &&
    other.y + other.height > one.y + SLACK
  );
}

/** Whether a point is on the edge of a box, or, below the words of an outer state, on the line across it. */
export function isOnEdge({ x, y }: Point, box: Box): boolean {
  const isInside = isWithin({ x, y, width: 0, height: 0 }, box);
  const distances = [x - box.x, box.x + box.width - x, y - box.y, box.y + box.height - y];
  return isInside && distances.some((distance) => Math.abs(distance) <= 1);
}

/** What is wrong with a layout, in words; nothing if each part has a place where it can be. */
export function faultsOf(chart: Chart, layout: Layout): readonly string[] {
  const canvas = { x: 0, y: 0, width: layout.width, height: layout.height };
  const box = (path: string) => layout.states[path]!;
  const numbers = [...JSON.stringify(layout).matchAll(/null(?!,"|})/g)];
  const { states, transitions } = chart;
  return [
    ...numbers.map(() => 'a number that is none'),
    ...states
      .filter(({ path }) => layout.states[path] === undefined)
      .map(({ path }) => `${path} has no place`),
    ...states
      .filter(({ path, parent }) => !isWithin(box(path), parent === null ? canvas : box(parent)))
      .map(({ path }) => `${path} is not inside`),
    ...states.flatMap(({ path, parent }) =>
      states
        .filter((other) => other.parent === parent && other.path > path)
        .filter((other) => overlap(box(path), box(other.path)))
        .map((other) => `${path} overlaps ${other.path}`),
    ),
    ...transitions.flatMap(({ id, source, target }) => {
      const points = layout.transitions[id]?.points ?? [];
      if (target === null) return points.length === 0 ? [] : [`${id} leads nowhere, and is drawn`];
      if (points.length < 2) return [`${id} has no route`];
      const isInner = target !== source && (source === '' || target.startsWith(`${source}.`));
      const isLoopOfRoot = source === '' && target === '';
      return [
        ...(isInner || isLoopOfRoot || isOnEdge(points[0]!, box(source))
          ? []
          : [`${id} begins apart from its source`]),
        ...(isOnEdge(points.at(-1)!, box(target)) ? [] : [`${id} ends apart from its target`]),
      ];
    }),
  ];
}
