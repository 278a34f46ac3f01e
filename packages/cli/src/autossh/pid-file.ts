import { readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { systemErrorText } from '@holdfast/engine';
import { FatalError } from './report.ts';

/**
 * Writes this process's id to a file, and returns what removes it again.
 *
 * It is removed only if it still holds this process's id: another autossh may have taken it over (BUG-25).
 *
 * Throws a {@link FatalError} when the file cannot be written.
 *
 * @see docs/rules.md, PID-1 to PID-4.
 */
export function writePidFile(path: string): () => void {
  const content = `${process.pid}\n`;
  try {
    writeFileSync(path, content);
  } catch (error) {
    throw new FatalError(
      `cannot open pid file "${path}": ${systemErrorText(error)}; set AUTOSSH_PIDFILE to a file that can be written`,
    );
  }
  return () => {
    try {
      if (readFileSync(path, 'utf8') === content) unlinkSync(path);
    } catch {
      // It is gone already.
    }
  };
}
