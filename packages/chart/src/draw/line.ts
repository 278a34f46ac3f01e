import type { Point } from '../layout.ts';
import { tidy } from './draw-text.ts';
import { element } from '../xml.ts';

/** How round the corners of a line are, in CSS pixels. */
const CORNER = 7;

const HEAD = { length: 8, halfWidth: 3.6 };

/** A line with round corners; it ends where the arrow head begins. */
export function linePath(points: readonly Point[]): string {
  const [first] = points as [Point];
  const last = points.length - 1;
  const steps = points.slice(1).map((point, index) => {
    const before = points[index]!;
    const after = points[index + 2];
    if (index + 1 === last || after === undefined)
      return `L${spot(shorten(point, before, HEAD.length - 1))}`;
    const size = Math.min(CORNER, distance(before, point) / 2, distance(point, after) / 2);
    const from = shorten(point, before, size);
    return `L${spot(from)}Q${spot(point)} ${spot(shorten(point, after, size))}`;
  });
  return `M${spot(first)}${steps.join('')}`;
}

/** The head of an arrow, at the end of a line. */
export function drawHead(points: readonly Point[]): string {
  const tip = points.at(-1)!;
  const before = points.findLast((point) => distance(point, tip) > 0) ?? tip;
  const base = shorten(tip, before, HEAD.length);
  const across = HEAD.halfWidth / HEAD.length;
  const [x, y] = [(tip.y - base.y) * across, (base.x - tip.x) * across];
  const [one, other] = [
    { x: base.x + x, y: base.y + y },
    { x: base.x - x, y: base.y - y },
  ];
  return element('path', { class: 'head', d: `M${spot(tip)}L${spot(one)}L${spot(other)}Z` });
}

/** The point that lies so far from one point on the way to another. */
function shorten(from: Point, to: Point, by: number): Point {
  const length = distance(from, to);
  const part = length === 0 ? 0 : Math.min(1, by / length);
  return { x: from.x + (to.x - from.x) * part, y: from.y + (to.y - from.y) * part };
}

function distance(one: Point, other: Point): number {
  return Math.hypot(one.x - other.x, one.y - other.y);
}

function spot({ x, y }: Point): string {
  return `${tidy(x)} ${tidy(y)}`;
}
