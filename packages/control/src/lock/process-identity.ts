import { processWitness } from '@holdfast/engine/process-witness';

/** One process, and no other that has its pid before or after it. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it started, in units of the system. */
  readonly startTime: string;
  /** Since the same pid can start at the same tick after a reboot; empty where the system does not tell. */
  readonly bootId: string;
}

/** The process that runs under this pid; `undefined`: none, or one that only waits for its parent to take notice. */
export function identifyProcess(pid: number): ProcessIdentity | undefined {
  const start = processWitness.see(pid);
  return start && { pid, startTime: String(start.at), bootId: start.boot };
}

export function isSameProcess(one: ProcessIdentity, other: ProcessIdentity | undefined): boolean {
  return (
    other !== undefined &&
    one.pid === other.pid &&
    one.startTime === other.startTime &&
    one.bootId === other.bootId
  );
}
