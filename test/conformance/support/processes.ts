import * as fs from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const TOGETHER_MS = 10;

/** Text of a file under /proc/PID; empty when the process is gone. */
export function readProc(pid: number | string, file: string): string {
  try {
    return fs.readFileSync(`/proc/${pid}/${file}`, 'latin1');
  } catch {
    return '';
  }
}

let coming: Promise<ReadonlyMap<number, string>> | undefined;

/**
 * All living processes with this text, `NAME=value`, in the environment they were started with.
 *
 * Many cases ask at the same time: they share one look at all processes, which begins after the last of them has asked.
 */
export async function findProcessesWith(variable: string): Promise<number[]> {
  coming ??= sleep(TOGETHER_MS).then(() => {
    coming = undefined;
    return readEnvironments();
  });
  const found = [...(await coming)].filter(([, text]) => text.includes(`${variable}\0`));
  return found.map(([pid]) => pid);
}

function readEnvironments(): ReadonlyMap<number, string> {
  const pids = fs.readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return new Map(pids.map((pid) => [Number(pid), readProc(pid, 'environ')]));
}

/** Whether there is a process with this number, be it a zombie. */
export function isProcess(pid: number): boolean {
  return fs.existsSync(`/proc/${pid}`);
}

/** Kills those that are still there. */
export function killAll(pids: readonly number[]): void {
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // it ended by itself in between
    }
  }
}
