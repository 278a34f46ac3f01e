import { closeAll, openRotatedFiles } from '@holdfast/engine/log';

/**
 * The ended lines of all files of a recording, oldest first, in chunks; also a last line without an end in a file that is full. The event loop
 * turns between chunks. Throws the system's error when a file cannot be read.
 */
export async function* readFiles(path: string): AsyncGenerator<readonly string[]> {
  const files = openRotatedFiles(path);
  try {
    for (const file of files.toReversed()) {
      yield* file.lines();
      if (file !== files[0] && file.rest() !== '') yield [file.rest()];
    }
  } finally {
    closeAll(files);
  }
}
