import { lineWidth, type Line, type Run } from './run.ts';

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
