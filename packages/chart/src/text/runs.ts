import { textWidth, type TypeFace } from './text-width.ts';

/** What a piece of text is, for the eye: it is drawn by it. */
export type RunKind = 'name' | 'description' | 'keyword' | 'trigger' | 'guard' | 'actions';

/** A piece of text in one look. */
export interface Run {
  readonly kind: RunKind;
  readonly text: string;
  /** The id of the transition that it speaks of. */
  readonly transition?: string;
}

/** A line of text. */
export type Line = readonly Run[];

/** CSS pixels from one line to the next. */
export const LINE_HEIGHT = 15;

/** CSS pixels between two runs of a line. */
export const RUN_GAP = 4;

const FACES: Readonly<Record<RunKind, TypeFace>> = {
  name: { size: 14, isBold: true },
  description: { size: 11 },
  keyword: { size: 11 },
  trigger: { size: 11, isBold: true },
  guard: { size: 11 },
  actions: { size: 11 },
};

export function runWidth({ kind, text }: Run): number {
  return textWidth(text, FACES[kind]);
}

export function lineWidth(line: Line): number {
  return line.reduce((sum, run) => sum + runWidth(run) + RUN_GAP, -RUN_GAP);
}

/** The width of the widest of these lines; 0 if there are none. */
export function widthOf(lines: readonly Line[]): number {
  return Math.max(0, ...lines.map(lineWidth));
}

/** Runs as lines that are no wider than this, as far as their words allow. */
export function wrapRuns(runs: readonly Run[], maxWidth: number): readonly Line[] {
  const lines: Line[] = [];
  let line: Line = [];
  for (const word of runs.flatMap(wordsOf)) {
    const longer = append(line, word);
    const isFull = line.length > 0 && lineWidth(longer) > maxWidth;
    if (isFull) lines.push(line);
    line = isFull ? [word] : longer;
  }
  return line.length === 0 ? lines : [...lines, line];
}

function wordsOf(run: Run): readonly Run[] {
  return run.text.split(' ').map((text) => ({ ...run, text }));
}

/** Words of one kind and one transition become one run again. */
function append(line: Line, word: Run): Line {
  const last = line.at(-1);
  const isSame = last?.kind === word.kind && last.transition === word.transition;
  if (last === undefined || !isSame) return [...line, word];
  return [...line.slice(0, -1), { ...last, text: `${last.text} ${word.text}` }];
}

// What is left free around words, in CSS pixels.

export const STATE = { paddingX: 12, paddingY: 8, minWidth: 96 } as const;

export const ARROW_LABEL = { paddingX: 6, paddingY: 2 } as const;
