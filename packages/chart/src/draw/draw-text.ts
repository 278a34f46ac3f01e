import type { Point } from '../layout.ts';
import { LINE_HEIGHT, RUN_GAP, type Line, runWidth } from '../text/runs.ts';
import { element, escapeText } from '../xml.ts';

/** How far the feet of letters stand below the top of their line. */
const BASELINE = 11;

/** Lines of text, from the top left corner of the first; words of taken transitions are marked. */
export function drawLines(
  lines: readonly Line[],
  { x, y }: Point,
  taken: ReadonlySet<string> = new Set(),
): readonly string[] {
  return lines.map((line, index) => drawLine(line, { x, y: y + index * LINE_HEIGHT }, taken));
}

function drawLine(line: Line, corner: Point, taken: ReadonlySet<string>): string {
  let { x } = corner;
  const runs = line.map((run) => {
    const { kind, text, transition } = run;
    const isTaken = transition !== undefined && taken.has(transition);
    const className = isTaken ? `${kind} is-taken` : kind;
    const attributes = { class: className, x: tidy(x), 'data-transition': transition };
    x += runWidth(run) + RUN_GAP;
    return element('tspan', attributes, [escapeText(text)]);
  });
  return element('text', { y: tidy(corner.y + BASELINE) }, runs);
}

/** A number without the dust of floating point. */
export function tidy(number: number): number {
  return Math.round(number * 10) / 10;
}
