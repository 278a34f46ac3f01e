import { closeSync, openSync, writeSync } from 'node:fs';
import { CommandError } from '../../command-line/command-error.ts';

/** A file that is being written. */
export interface NewFile {
  write(text: string): void;
  close(): void;
}

/** Makes a file that only its owner can read; one that is there already is an error. Throws a {@link CommandError}. */
export function openNewFile(path: string): NewFile {
  const fd = orSay(path, () => openSync(path, 'wx', 0o600));
  return {
    write(text) {
      const bytes = Buffer.from(text);
      orSay(path, () => {
        for (let written = 0; written < bytes.length;) written += writeSync(fd, bytes, written);
      });
    },
    close: () => closeSync(fd),
  };
}

function orSay<T>(path: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const problem =
      code === 'EEXIST'
        ? `${path} already exists: remove it, or name another file with --output`
        : `${path} cannot be written: ${message}`;
    throw new CommandError('failed', problem);
  }
}
