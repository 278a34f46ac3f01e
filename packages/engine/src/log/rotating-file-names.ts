import { readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname } from 'node:path';

/** At most three digits: nobody keeps more, and `log.20260101` is somebody else's. */
const NUMBER = /^\.([1-9]\d{0,2})$/;

/** The path of a full file; 1 is the youngest. */
export function fullFile(path: string, number: number): string {
  return `${path}.${number}`;
}

/** The numbers of the full files that are there, youngest first. None if the folder cannot be read. */
export function fullFileNumbers(path: string): readonly number[] {
  const name = basename(path);
  return filesBeside(path)
    .filter((file) => file.startsWith(name))
    .flatMap((file) => NUMBER.exec(file.slice(name.length))?.[1] ?? [])
    .map(Number)
    .sort((one, other) => one - other);
}

/**
 * Makes room for a new file at the path, and keeps so many full ones.
 *
 * Throws the system's error at the first step that fails. Nothing that should stay has been overwritten then.
 */
export function rotateFiles(path: string, keep: number): void {
  for (const number of fullFileNumbers(path).toReversed()) {
    if (number >= keep) rmSync(fullFile(path, number));
    else renameSync(fullFile(path, number), fullFile(path, number + 1));
  }
  if (keep > 0) renameSync(path, fullFile(path, 1));
  else rmSync(path);
}

function filesBeside(path: string): string[] {
  try {
    return readdirSync(dirname(path), { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => name);
  } catch {
    return [];
  }
}
