import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

/** One letter for the state of a process, as `ps` has it: `T` is stopped, `Z` not yet waited for. */
export function processState(pid: number): string | undefined {
  try {
    if (existsSync('/proc/self/stat')) {
      const facts = readFileSync(`/proc/${pid}/stat`, 'latin1');
      return facts[facts.lastIndexOf(')') + 2];
    }
    return execFileSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' })[0];
  } catch {
    return undefined;
  }
}

/** Whether a process runs. One that only waits for its parent to take notice does not. */
export function isRunning(pid: number): boolean {
  const state = processState(pid);
  return state !== undefined && state !== 'Z' && state !== 'X';
}

/** Ends a process, if it is still there. */
export function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // it has ended by itself
  }
}
