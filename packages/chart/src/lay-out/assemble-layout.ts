import type { Box, Layout, Point, Route } from '../layout.ts';
import type { SizedArrow, SizedChart } from './sized-chart.ts';

/** Where an arrow goes, and where the box of all its words begins. */
export interface PlacedArrow {
  readonly points: readonly Point[];
  readonly corner: Point;
}

/** What an algorithm found for a sized chart; its arrows in the same order. */
export interface PlacedChart {
  readonly width: number;
  readonly height: number;
  readonly states: Readonly<Record<string, Box>>;
  readonly arrows: readonly PlacedArrow[];
  readonly initials: Readonly<Record<string, readonly Point[]>>;
}

/** The layout of a chart: each transition gets the line of its arrow, and its own words of all at it. */
export function assembleLayout({ detail, arrows }: SizedChart, placed: PlacedChart): Layout {
  return {
    width: Math.ceil(placed.width),
    height: Math.ceil(placed.height),
    detail,
    states: mapValues(placed.states, tidyBox),
    transitions: Object.fromEntries(
      arrows.flatMap((arrow, index) => routesOf(arrow, placed.arrows[index]!)),
    ),
    initials: mapValues(placed.initials, (points) => points.map(tidyPoint)),
  };
}

function routesOf(arrow: SizedArrow, placed: PlacedArrow): readonly (readonly [string, Route])[] {
  const points = placed.points.map(tidyPoint);
  let { y } = placed.corner;
  return arrow.labels.map(({ id, height }) => {
    const box = { x: placed.corner.x, y, width: arrow.width, height };
    y += height;
    return [id, { points, label: height === 0 ? null : tidyBox(box) }];
  });
}

function mapValues<TIn, TOut>(
  record: Readonly<Record<string, TIn>>,
  change: (value: TIn) => TOut,
): Readonly<Record<string, TOut>> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}

function tidyPoint({ x, y }: Point): Point {
  return { x: tidy(x), y: tidy(y) };
}

function tidyBox({ width, height, ...corner }: Box): Box {
  return { ...tidyPoint(corner), width: tidy(width), height: tidy(height) };
}

/** Tenths of a pixel are enough for the eye. */
function tidy(number: number): number {
  return Math.round(number * 10) / 10;
}
