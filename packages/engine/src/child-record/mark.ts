import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';

const NAME = 'HOLDFAST_SUPERVISOR';

/**
 * Marks all that is started with this environment from now on, and all that those start; returns the mark, another one each time.
 *
 * By it those are known whose ssh has ended before them.
 */
export function markEnvironment(env: Record<string, string | undefined>): string {
  const mark = randomUUID();
  env[NAME] = mark;
  return mark;
}

/** Whether a process was started with this mark. Where there is no /proc to ask, no process is known by it. */
export function isMarked(pid: number, mark: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0').includes(`${NAME}=${mark}`);
  } catch {
    return false;
  }
}
