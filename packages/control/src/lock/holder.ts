import { readdirSync, readFileSync } from 'node:fs';
import { readClaims } from './claim.ts';
import { identifyProcess } from './process-identity.ts';

/** The process that has a lock. */
export interface Holder {
  readonly pid: number;
  /** Where it can be reached, if it says so. */
  readonly place: string | undefined;
}

/** Who has the lock at this path, or is about to take it; `undefined` if nobody alive does. Never throws. */
export function findHolder(path: string): Holder | undefined {
  try {
    const living = readClaims(path, identifyProcess).find(({ pid }) => pid !== undefined);
    return living?.pid === undefined ? undefined : { pid: living.pid, place: living.place };
  } catch {
    return undefined;
  }
}

/** What keeps a process from answering, as far as the system tells. */
export type Condition = 'runs' | 'is-stopped' | 'lacks-descriptors' | 'is-gone';

/** Looks at a process of this user. Where there is no /proc, every process that is there runs. */
export function conditionOf(pid: number): Condition {
  if (identifyProcess(pid) === undefined) return 'is-gone';
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const state = stat.charAt(stat.lastIndexOf(')') + 2);
    if (state === 'T' || state === 't') return 'is-stopped';
    return freeDescriptors(pid) < FEW_DESCRIPTORS ? 'lacks-descriptors' : 'runs';
  } catch {
    return 'runs';
  }
}

/** A connection, and what an answer may need besides. */
const FEW_DESCRIPTORS = 3;

/** @see proc(5), /proc/pid/limits */
function freeDescriptors(pid: number): number {
  const limits = readFileSync(`/proc/${pid}/limits`, 'latin1');
  const most = Number(/^Max open files\s+(\d+)/m.exec(limits)?.[1] ?? Infinity);
  return most - readdirSync(`/proc/${pid}/fd`).length;
}
