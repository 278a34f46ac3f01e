import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder for one test or one file of tests. */
export interface ScratchFolder {
  readonly path: string;
  /** The path of something in it, which need not exist. */
  file(name: string): string;
  /** Writes a program into it: a script for `sh`, unless it names its own interpreter. */
  program(name: string, script: string, mode?: number): string;
  remove(): void;
}

/** Makes a new folder. Whoever asks for it removes it. */
export function scratchFolder(): ScratchFolder {
  const path = mkdtempSync(join(tmpdir(), 'holdfast-unit-'));
  const file = (name: string) => join(path, name);
  return {
    path,
    file,
    program(name, script, mode = 0o755) {
      writeFileSync(file(name), script.startsWith('#!') ? script : `#!/bin/sh\n${script}\n`);
      chmodSync(file(name), mode);
      return file(name);
    },
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}
