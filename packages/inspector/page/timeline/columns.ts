import type { Step } from '@holdfast/recording';
import { isDown, type Tone, toneOf, weightOf } from '../list/tone.ts';
import { isRoutine, positionAt } from '../steps/step-list.ts';
import type { Range } from './range.ts';

/** A stretch of columns in one state. */
export interface Band {
  readonly state: string;
  readonly from: number;
  readonly to: number;
}

interface Stretch extends Range {
  readonly state: string;
}

/**
 * The states of a range as bands over `columns` columns.
 *
 * A column is too wide for all that happened in it. It shows the worst of what was down there, however short; else what
 * lasted longest, so that probes do not flicker.
 */
export function bandsOf(steps: readonly Step[], range: Range, columns: number): readonly Band[] {
  const shown: (string | undefined)[] = Array.from({ length: columns });
  const lasted = new Float64Array(columns);
  for (const stretch of stretchesOf(steps, range)) paint(stretch, range, shown, lasted);
  return joinColumns(shown);
}

/** Each state that lasted within the range, cut to it. */
function stretchesOf(steps: readonly Step[], { fromMs, toMs }: Range): readonly Stretch[] {
  const first = Math.max(0, positionAt(steps, fromMs));
  const last = positionAt(steps, toMs);
  return steps.slice(first, last + 1).map((step, offset) => ({
    state: step.state,
    fromMs: Math.max(fromMs, step.atMs),
    toMs: Math.min(toMs, steps[first + offset + 1]?.atMs ?? toMs),
  }));
}

function paint(
  { state, fromMs, toMs }: Stretch,
  range: Range,
  shown: (string | undefined)[],
  lasted: Float64Array,
): void {
  const columnMs = (range.toMs - range.fromMs) / shown.length;
  const first = columnOf(fromMs, range, shown.length);
  const last = columnOf(toMs - 1e-3, range, shown.length);
  for (let column = first; column <= last; column += 1) {
    const startMs = range.fromMs + column * columnMs;
    const ms = Math.min(toMs, startMs + columnMs) - Math.max(fromMs, startMs);
    if (!outranks(state, ms, shown[column], lasted[column] ?? 0)) continue;
    shown[column] = state;
    lasted[column] = ms;
  }
}

function outranks(state: string, ms: number, other: string | undefined, otherMs: number): boolean {
  if (other === undefined) return true;
  if (isDown(state) !== isDown(other)) return isDown(state);
  return isDown(state) ? weightOf(state) < weightOf(other) : ms > otherMs;
}

/** The column in which a moment is. */
export function columnOf(atMs: number, { fromMs, toMs }: Range, columns: number): number {
  const column = Math.floor(((atMs - fromMs) / (toMs - fromMs)) * columns);
  return Math.min(columns - 1, Math.max(0, column));
}

function joinColumns(shown: readonly (string | undefined)[]): readonly Band[] {
  const bands: Band[] = [];
  for (const [column, state] of shown.entries()) {
    const last = bands.at(-1);
    if (state === undefined) continue;
    if (last?.state === state && last.to === column)
      bands[bands.length - 1] = { ...last, to: column + 1 };
    else bands.push({ state, from: column, to: column + 1 });
  }
  return bands;
}

/** Something that happened, on the timeline: one mark a column at most. */
export interface Mark {
  readonly column: number;
  readonly tone: Tone;
}

/** Marks of what tells something within a range; of several in one column, one that led into a bad state. */
export function marksOf(steps: readonly Step[], range: Range, columns: number): readonly Mark[] {
  const marks = new Map<number, Step>();
  const last = positionAt(steps, range.toMs);
  for (let at = positionAt(steps, range.fromMs) + 1; at <= last; at += 1) {
    const step = steps[at];
    if (step === undefined || isRoutine(step, steps[at - 1])) continue;
    const column = columnOf(step.atMs, range, columns);
    const before = marks.get(column);
    if (before === undefined || isDown(step.state) || !isDown(before.state))
      marks.set(column, step);
  }
  return [...marks].map(([column, { state }]) => ({ column, tone: toneOf(state) }));
}
