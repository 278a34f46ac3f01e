import { openLineFile, type LineFile } from './rotating-file-descriptor.ts';
import { rotateFiles } from './rotating-file-names.ts';

/**
 * Lines that go to the file at a path, wherever others move it: `path.1` is the youngest full one. All functions throw the system's errors.
 *
 * @internal For the packages of Holdfast.
 */
export interface RotatingLines {
  /** Opens the file if it is not open, or is no longer at its path; says whether it did. */
  open(): boolean;
  /** Appends lines to the file that is open; the newline behind the last one is added. */
  append(lines: string): void;
  /** Size of the file that is open. */
  bytes(): number;
  /** Moves the full file aside, and keeps so many of them; the next `open` begins a new one. */
  rotate(keep: number): void;
  close(): void;
}

/**
 * The lines of a path, of which its owner alone can read the files. The file is made when it is opened.
 *
 * @internal For the packages of Holdfast.
 */
export function createRotatingLines(path: string): RotatingLines {
  let file: LineFile | undefined;
  const current = () => {
    if (file === undefined) throw new Error(`${path} is not open`);
    return file;
  };
  const close = () => {
    const open = file;
    file = undefined;
    open?.close();
  };
  return {
    // To look at the path for each line costs 5 µs, and finds a file that was moved or deleted without a line lost.
    open() {
      if (file?.isAt(path) === true) return false;
      close();
      file = openLineFile(path);
      return true;
    },
    append: (lines) => current().append(lines),
    bytes: () => current().bytes(),
    rotate(keep) {
      close();
      rotateFiles(path, keep);
    },
    close,
  };
}
