import { createRotatingLines } from '@holdfast/engine/log';

/** How large a recording may become. */
export interface RecordingLimits {
  /** A file is rotated before it becomes larger; only what it begins with may be more. Default: 8,000,000. */
  readonly maxBytes?: number | undefined;
  /** How many full files are kept beside the one that is written. Default: 3. */
  readonly keep?: number | undefined;
}

/** Lines on their way to the file. Nothing here throws. */
export interface LineBuffer {
  /** Takes a line, given without its newline; it goes out with the next flush, or at once when there are too many. */
  add(line: string): void;
  /** Writes what is there. Begins a new file if it is time to: to be called only when every machine is at rest. */
  flush(): void;
  /** The error with which a line could not be written; `undefined`: since then all could. */
  problem(): unknown;
  close(): void;
}

/** What a buffer asks its owner for. */
export interface LineSource {
  head(): string;
  /** Adds what was held back. */
  settle(): void;
  /** What is true now: nothing before it is needed to go on reading. */
  checkpoints(): readonly string[];
  /** The line that says what was lost. */
  gapLine(lines: number, problem: string): string;
}

const MAX_BYTES = 8_000_000;
const KEEP = 3;
const MOST_WAITING = 64 * 1024;

/** Makes a buffer in front of a rotated file. */
export function createLineBuffer(
  path: string,
  { maxBytes = MAX_BYTES, keep = KEEP }: RecordingLimits,
  source: LineSource,
): LineBuffer {
  const file = createRotatingLines(path);
  let waiting: string[] = [];
  let length = 0;
  let lost = 0;
  let problem: unknown;
  /** What the present file begins with; a file of nothing else would be rotated again at once. */
  let firstBytes = 0;
  /** Whether everything so far is in the file, or waits. */
  let isWhole = false;

  const take = () => {
    const lines = waiting;
    waiting = [];
    length = 0;
    return lines;
  };
  const append = (lines: readonly string[]) => {
    if (lines.length > 0) file.append(lines.join('\n'));
  };
  const appendAll = (lines: readonly string[]) => {
    try {
      append(lines);
    } catch (error) {
      lose(lines.length, error);
    }
  };
  const lose = (lines: number, error: unknown) => {
    isWhole = false;
    lost += lines;
    problem = error;
  };
  /** What waits is left out: the checkpoints know it already. */
  const begin = () => {
    source.settle();
    lost += take().length;
    const gap = lost === 0 ? [] : [source.gapLine(lost, codeOf(problem))];
    const before = file.bytes();
    append([source.head(), ...gap, ...source.checkpoints()]);
    firstBytes = file.bytes() - before;
    lost = 0;
    problem = undefined;
    isWhole = true;
  };
  const rotateIfFull = () => {
    const bytes = file.bytes();
    if (bytes + MOST_WAITING < maxBytes || bytes < 2 * firstBytes) return;
    source.settle();
    appendAll(take());
    file.rotate(keep);
    file.open();
    begin();
  };
  const flush = () => {
    try {
      if (file.open() || !isWhole) begin();
      else appendAll(take());
      rotateIfFull();
    } catch (error) {
      lose(take().length, error);
    }
  };
  return {
    add(line) {
      waiting.push(line);
      length += line.length + 1;
      if (length < MOST_WAITING) return;
      const lines = take();
      // A machine may be on its way, so that no file could be begun now: that needs checkpoints.
      if (isWhole) appendAll(lines);
      else lost += lines.length;
    },
    flush,
    problem: () => problem,
    close() {
      flush();
      file.close();
    },
  };
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  return (error as NodeJS.ErrnoException).code ?? error.message;
}
