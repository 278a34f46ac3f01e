import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder of 0700 for sockets and locks. Whoever makes it removes it. */
export function makeRuntimeFolder() {
  const path = mkdtempSync(join(tmpdir(), 'holdfast-control-'));
  return {
    path,
    file: (name: string) => join(path, name),
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}
