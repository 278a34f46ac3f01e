import { systemErrorText } from '../system-error.ts';
import { createRotatingLines, type RotatingLines } from './rotating-lines.ts';

/** How large a rotating file may become, and what it says about itself. */
export interface RotatingFileOptions {
  /** A file that would become larger is rotated first; a single line may be longer. Defaults to 5,000,000. */
  readonly maxBytes?: number;
  /** How many full files are kept beside the one that is written. Defaults to 3. */
  readonly keep?: number;
  /** Makes the line that says what was lost, written as soon as writing works again. Defaults to none. */
  readonly lossLine?: (loss: Loss) => string;
}

/** Lines that could not be written. */
export interface Loss {
  readonly lines: number;
  /** What the system said last. */
  readonly problem: string;
}

/** A file of lines that is rotated: `path` is written, `path.1` is the youngest full one. */
export interface RotatingFile {
  /** Appends a line, given without its newline, at once. Never throws: a line that cannot be written is counted. */
  write(line: string): void;
  /** What has been lost since the last line that could be written. */
  loss(): Loss | null;
  /** Tries to say what was lost, without waiting for a next line; what is lost still. */
  catchUp(): Loss | null;
  /** Lines that come later go nowhere. */
  close(): void;
}

const MAX_BYTES = 5_000_000;
const KEEP = 3;

/**
 * Opens a file of lines that only its owner can read (0600 in a folder of 0700, if they are new), and that never outgrows its size.
 *
 * Nothing is buffered: a line that was written is in the hands of the system, whatever becomes of this program. The file may be
 * moved, cut short or deleted by others at any time; the next line goes to a new one. A link in its place is not followed. Where it
 * cannot be rotated, lines are lost rather than the limit. Never throws; the file is made with the first line.
 */
export function openRotatingFile(path: string, options: RotatingFileOptions = {}): RotatingFile {
  const { maxBytes = MAX_BYTES, keep = KEEP, lossLine } = options;
  const lines = createRotatingLines(path);
  const append = (line: string) => appendLine(lines, line, maxBytes, keep);
  let loss: Loss | null = null;
  let isClosed = false;
  const writeAboutLoss = () => {
    if (loss === null || lossLine === undefined) return;
    append(lossLine(loss));
    loss = null;
  };
  const catchUp = () => {
    try {
      if (!isClosed) writeAboutLoss();
    } catch (error) {
      loss = { lines: loss?.lines ?? 0, problem: systemErrorText(error) };
    }
    return loss;
  };
  return {
    write(line) {
      if (isClosed) return;
      try {
        writeAboutLoss();
        append(line);
        loss = null;
      } catch (error) {
        loss = { lines: (loss?.lines ?? 0) + 1, problem: systemErrorText(error) };
      }
    },
    loss: () => loss,
    catchUp,
    close() {
      if (isClosed) return;
      catchUp();
      isClosed = true;
      lines.close();
    },
  };
}

/** Without a word about what goes wrong: throws the system's errors. */
function appendLine(lines: RotatingLines, line: string, maxBytes: number, keep: number): void {
  lines.open();
  const bytes = lines.bytes();
  if (bytes > 0 && bytes + Buffer.byteLength(line) + 1 > maxBytes) {
    lines.rotate(keep);
    lines.open();
  }
  lines.append(line);
}
