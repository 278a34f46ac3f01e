import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** One process, and no other that has its pid before or after it. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it started, in the system's own words. */
  readonly startTime: string;
  /** Since the same pid can start at the same tick after a reboot; empty where the system does not tell. */
  readonly bootId: string;
}

/** The process that runs under this pid; `undefined`: none, or one that only waits for its parent to take notice. */
export function identifyProcess(pid: number): ProcessIdentity | undefined {
  const startTime = process.platform === 'linux' ? linuxStartTime(pid) : psStartTime(pid);
  return startTime === undefined ? undefined : { pid, startTime, bootId: readBootId() };
}

export function isSameProcess(one: ProcessIdentity, other: ProcessIdentity | undefined): boolean {
  return (
    other !== undefined &&
    one.pid === other.pid &&
    one.startTime === other.startTime &&
    one.bootId === other.bootId
  );
}

/** The 22nd field of proc(5)'s `stat`; the second one, the name, can hold blanks and brackets. */
function linuxStartTime(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return state === 'Z' || state === 'X' ? undefined : fields[18];
  } catch {
    return undefined;
  }
}

function psStartTime(pid: number): string | undefined {
  try {
    const words = ['-o', 'stat=,lstart=', '-p', String(pid)];
    const line = execFileSync('ps', words, { encoding: 'utf8', env: { LC_ALL: 'C' } }).trim();
    return line === '' || line.startsWith('Z') ? undefined : line.replace(/^\S+\s+/, '');
  } catch {
    return undefined;
  }
}

function readBootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
  } catch {
    return '';
  }
}
