import type { Box, Point } from '@holdfast/chart';

/** The part of a chart that is seen: where it begins, and how many pixels of the screen one of the chart's is. */
export interface View extends Point {
  readonly scale: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

const SMALLEST = 0.15;
const LARGEST = 3;
const MARGIN = 12;

/** All of the chart, as large as it fits, in the middle; never larger than it was drawn. */
export function fitView(chart: Size, screen: Size): View {
  const scale = bounded(
    Math.min(
      (screen.width - MARGIN * 2) / chart.width,
      (screen.height - MARGIN * 2) / chart.height,
      1.25,
    ),
  );
  return {
    scale,
    x: (chart.width - screen.width / scale) / 2,
    y: (chart.height - screen.height / scale) / 2,
  };
}

/** A box in the middle, at a scale at which it can be read; where there is room, no more beyond the chart than needs be. */
export function centreView(box: Box, scale: number, chart: Size, screen: Size): View {
  const width = screen.width / scale;
  const height = screen.height / scale;
  return {
    scale,
    x: held(box.x + box.width / 2 - width / 2, chart.width, width),
    y: held(box.y + box.height / 2 - height / 2, chart.height, height),
  };
}

function held(start: number, whole: number, seen: number): number {
  return seen >= whole ? (whole - seen) / 2 : Math.min(Math.max(start, 0), whole - seen);
}

/** Larger or smaller, around a point of the screen that stays where it is. */
export function zoomView(view: View, factor: number, around: Point): View {
  const scale = bounded(view.scale * factor);
  return {
    scale,
    x: view.x + around.x / view.scale - around.x / scale,
    y: view.y + around.y / view.scale - around.y / scale,
  };
}

/** Moved by so many pixels of the screen; some of the chart is always left. */
export function panView(view: View, by: Point, chart: Size, screen: Size): View {
  const most = { x: chart.width - 40 / view.scale, y: chart.height - 40 / view.scale };
  const least = { x: (40 - screen.width) / view.scale, y: (40 - screen.height) / view.scale };
  return {
    scale: view.scale,
    x: Math.min(most.x, Math.max(least.x, view.x + by.x / view.scale)),
    y: Math.min(most.y, Math.max(least.y, view.y + by.y / view.scale)),
  };
}

/** The way from one view to another, at a part from 0 to 1: quick first, slow at the end. */
export function betweenViews(from: View, to: View, part: number): View {
  const eased = 1 - (1 - part) ** 3;
  const between = (one: number, other: number) => one + (other - one) * eased;
  return {
    scale: between(from.scale, to.scale),
    x: between(from.x, to.x),
    y: between(from.y, to.y),
  };
}

/** For the attribute `viewBox`. */
export function viewBoxOf({ x, y, scale }: View, { width, height }: Size): string {
  return [x, y, width / scale, height / scale].map((each) => each.toFixed(2)).join(' ');
}

function bounded(scale: number): number {
  return Math.min(LARGEST, Math.max(SMALLEST, scale));
}
