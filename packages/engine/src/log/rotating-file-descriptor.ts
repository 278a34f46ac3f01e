import {
  closeSync,
  constants,
  fstatSync,
  mkdirSync,
  openSync,
  readSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';

/** A file of lines that is open for appending. All functions throw the system's errors. */
export interface LineFile {
  /** Whether this is still the file at the path, and not one that was moved or deleted. */
  isAt(path: string): boolean;
  /** Its size now. Others may have cut it short. */
  bytes(): number;
  /** Appends a line after whatever is there: a line that a crash or a full disk cut short is ended first. */
  append(line: string): void;
  close(): void;
}

/** Opening a named pipe that nobody reads must not stop the program. */
const APPEND = constants.O_RDWR | constants.O_APPEND | constants.O_CREAT | constants.O_NONBLOCK;

const OWNER_ONLY = 0o600;
const OWNER_ONLY_FOLDER = 0o700;
const NEWLINE = 0x0a;

/** Opens a file for appending, and makes it and its folders if they are not there. */
export function openLineFile(path: string): LineFile {
  mkdirSync(dirname(path), { recursive: true, mode: OWNER_ONLY_FOLDER });
  const fd = openSync(path, APPEND, OWNER_ONLY);
  const { ino, dev } = fstatSync(fd);
  let isTorn = endsTorn(fd);
  return {
    isAt(place) {
      const there = statSync(place, { throwIfNoEntry: false });
      return there?.ino === ino && there.dev === dev;
    },
    bytes: () => fstatSync(fd).size,
    append(line) {
      const bytes = Buffer.from(isTorn ? `\n${line}\n` : `${line}\n`);
      for (let written = 0; written < bytes.length;) {
        written += writeSync(fd, bytes, written);
        isTorn = bytes[written - 1] !== NEWLINE;
      }
    },
    close: () => closeSync(fd),
  };
}

function endsTorn(fd: number): boolean {
  const { size } = fstatSync(fd);
  if (size === 0) return false;
  const last = Buffer.alloc(1);
  readSync(fd, last, 0, 1, size - 1);
  return last[0] !== NEWLINE;
}
