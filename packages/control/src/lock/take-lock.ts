import { mkdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { removeClaim } from './claim.ts';
import { contend, type Outcome } from './contend.ts';
import { identifyProcess } from './process-identity.ts';

/** A lock that is ours, or somebody's. */
export type Lock =
  | {
      readonly kind: 'taken';
      /** Lets it go. */
      release(): void;
    }
  | {
      readonly kind: 'held';
      /** The process that has it. */
      readonly pid: number;
    };

const SECOND_LOOK_MS = 20;

/**
 * Takes a lock that at most one process has, and that a dead process does not keep: not after SIGKILL, not after a reboot, and not
 * when another process has got its pid.
 *
 * The lock is a folder at this path, made if it is missing; a running holder is found out in about 30 ms. Rejects with the
 * system's error if the folder cannot be used.
 */
export async function takeLock(path: string): Promise<Lock> {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  const self = identifyProcess(process.pid);
  if (self === undefined) throw new Error('the system does not say when this process started');
  const steps = contend({ folder: path, self, identify: identifyProcess });
  for (;;) {
    const { done, value } = steps.next();
    if (done) return lockOf(path, value);
    // By chance, so that two who take back their claims for each other do not do so for ever.
    if (value === 'wait') await sleep(SECOND_LOOK_MS * (1 + Math.random()));
  }
}

function lockOf(path: string, outcome: Outcome): Lock {
  if (outcome.kind === 'held') return outcome;
  return { kind: 'taken', release: () => removeClaim(path, outcome.number) };
}
