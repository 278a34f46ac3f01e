import { closeSync, constants, fstatSync, openSync, readSync, statSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { makeFolders } from '../private-folder.ts';

/** A file of lines that is open for appending. All functions throw the system's errors. */
export interface LineFile {
  /** Whether this is still the file at the path, and not one that was moved or deleted. */
  isAt(path: string): boolean;
  /** Its size now. Others may have cut it short. */
  bytes(): number;
  /** Appends one or more lines, the last one given without its newline: a line that a crash or a full disk cut short is ended first. */
  append(lines: string): void;
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
const NEWLINE = 0x0a;

/** Opens a file for appending, and makes it and its folders if they are not there. */
export function openLineFile(path: string): LineFile {
  makeFolders(dirname(path));
  const fd = openSync(path, APPEND, OWNER_ONLY);
  const { ino, dev } = fstatSync(fd);
  let isTorn = endsTorn(fd);
  return {
    isAt(place) {
      const there = statSync(place, { throwIfNoEntry: false });
      return there?.ino === ino && there.dev === dev;
    },
    bytes: () => fstatSync(fd).size,
    append(lines) {
      const bytes = Buffer.from(isTorn ? `\n${lines}\n` : `${lines}\n`);
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
