import {
  closeSync,
  constants,
  fstatSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';

/** The file of a recording that is written, and the full ones beside it. All functions throw the system's errors. */
export interface RecordingFile {
  /** Opens the file if it is not open, or is no longer at its path; says whether it did. */
  open(): boolean;
  /** Appends whole lines. */
  append(text: string): void;
  bytes(): number;
  /** Moves the full file aside; the next `open` begins a new one. */
  rotate(keep: number): void;
  close(): void;
}

/** Opening a named pipe that nobody reads must not stop the program; a link is not followed. */
const APPEND =
  constants.O_RDWR |
  constants.O_APPEND |
  constants.O_CREAT |
  constants.O_NONBLOCK |
  constants.O_NOFOLLOW;
const OWNER_ONLY = 0o600;
const OWNER_ONLY_FOLDER = 0o700;
const NEWLINE = 0x0a;

/** The file of that path, which only its owner can read; it is made when it is opened. */
export function createRecordingFile(path: string): RecordingFile {
  let fd = -1;
  let isTorn = false;
  const close = () => {
    const open = fd;
    fd = -1;
    if (open !== -1) closeSync(open);
  };
  return {
    open() {
      if (fd !== -1 && isAt(fd, path)) return false;
      close();
      mkdirSync(dirname(path), { recursive: true, mode: OWNER_ONLY_FOLDER });
      fd = openSync(path, APPEND, OWNER_ONLY);
      isTorn = endsTorn(fd);
      return true;
    },
    append(text) {
      // What a crash or a full disk cut short is ended first.
      const bytes = Buffer.from(isTorn ? `\n${text}` : text);
      for (let written = 0; written < bytes.length;) {
        written += writeSync(fd, bytes, written);
        isTorn = bytes[written - 1] !== NEWLINE;
      }
    },
    bytes: () => fstatSync(fd).size,
    rotate(keep) {
      close();
      rotateFiles(path, keep);
    },
    close,
  };
}

function rotateFiles(path: string, keep: number): void {
  if (keep === 0) return rmSync(path);
  for (let number = keep - 1; number > 0; number -= 1) {
    const full = `${path}.${number}`;
    if (statSync(full, { throwIfNoEntry: false }) !== undefined) {
      renameSync(full, `${path}.${number + 1}`);
    }
  }
  renameSync(path, `${path}.1`);
}

function isAt(fd: number, path: string): boolean {
  const there = statSync(path, { throwIfNoEntry: false });
  const { ino, dev } = fstatSync(fd);
  return there?.ino === ino && there.dev === dev;
}

function endsTorn(fd: number): boolean {
  const { size } = fstatSync(fd);
  if (size === 0) return false;
  const last = Buffer.alloc(1);
  readSync(fd, last, 0, 1, size - 1);
  return last[0] !== NEWLINE;
}
