import type { TunnelState } from '@holdfast/machines';
import type { Paint } from './paint.ts';
import type { SceneResult } from './scenes.ts';
import type { Step } from './tunnel-steps.ts';
import { pathWords, stepWords } from './step-words.ts';

const INDENT = '  ';
const TIME_WIDTH = 6;
/** As wide as the widest step, `stopping -> connecting`. */
const STEP_WIDTH = 22;

const COLUMNS: readonly Column<SceneResult>[] = [
  { title: 'scene', cell: ({ scene }, index) => `${index + 1} ${scene.name}` },
  { title: 'what happened', cell: ({ scene }) => scene.summary },
  { title: 'found by', cell: (result) => result.foundBy },
  {
    title: 'recovered after',
    cell: (result) => `${result.recoveredAfterSeconds.toFixed(2)} s`,
    align: 'right',
  },
  { title: 'starts', cell: ({ starts }) => String(starts), align: 'right' },
];

/** Tells what happens, line by line. */
export interface Storyteller {
  introduction(): void;
  heading(text: string): void;
  /** What somebody does to the tunnel, or gets from it. */
  event(seconds: number, words: string, kind: 'fault' | 'good'): void;
  step(seconds: number, step: Step): void;
  path(states: readonly TunnelState[]): void;
  summary(results: readonly SceneResult[]): void;
}

/** Makes a storyteller that hands its lines to a writer. */
export function createStoryteller(write: (line: string) => void, paint: Paint): Storyteller {
  return {
    introduction() {
      write(
        paint.heading(
          'A real ssh loses its connection in three ways; Holdfast restores it (about 20 s).',
        ),
      );
      write('Recovery is measured by bytes that go through the tunnel and come back.');
      write('Lines with * tell what happens around the tunnel, those with -> its states and why.');
    },
    heading(text) {
      write('');
      write(paint.heading(text));
    },
    event: (seconds, words, kind) =>
      write(`${INDENT}${timeCell(seconds)}  ${paint[kind](`* ${words}`)}`),
    step(seconds, step) {
      if (step.from === undefined) return;
      const states = `${step.from} -> ${step.to}`.padEnd(STEP_WIDTH);
      write(`${INDENT}${timeCell(seconds)}  ${states}  ${stepWords(step)}`.trimEnd());
    },
    path: (states) => write(paint.faint(`${INDENT}path: ${pathWords(states)}`)),
    summary(results) {
      const [titles = '', ...rows] = tableLines(COLUMNS, results);
      write(paint.faint(titles));
      rows.forEach(write);
    },
  };
}

function timeCell(seconds: number): string {
  return `${seconds.toFixed(2)} s`.padStart(TIME_WIDTH);
}

/** One column of a table. */
interface Column<TRow> {
  readonly title: string;
  readonly cell: (row: TRow, index: number) => string;
  /** @defaultValue 'left' */
  readonly align?: 'left' | 'right';
}

const GAP = '  ';

/** The lines of a table, its titles first; every column is as wide as its widest cell. */
function tableLines<TRow>(columns: readonly Column<TRow>[], rows: readonly TRow[]): string[] {
  const aligned = columns.map((column) => alignedCells(column, rows));
  return ['', ...rows].map((_, line) =>
    aligned
      .map((cells) => cells[line])
      .join(GAP)
      .trimEnd(),
  );
}

function alignedCells<TRow>(
  { title, cell, align }: Column<TRow>,
  rows: readonly TRow[],
): readonly string[] {
  const cells = [title, ...rows.map(cell)];
  const width = Math.max(...cells.map(({ length }) => length));
  return cells.map((text) => (align === 'right' ? text.padStart(width) : text.padEnd(width)));
}
