import * as fs from 'node:fs';

/** Text of a file under /proc/PID; empty when the process is gone. */
export function readProc(pid: number | string, file: string): string {
  try {
    return fs.readFileSync(`/proc/${pid}/${file}`, 'latin1');
  } catch {
    return '';
  }
}

/** All living processes with this text, `NAME=value`, in the environment they were started with. */
export function findProcessesWith(variable: string): number[] {
  const pids = fs.readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.filter((pid) => readProc(pid, 'environ').includes(`${variable}\0`)).map(Number);
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
