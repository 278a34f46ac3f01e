import { mkdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { isClaimOf, removeClaim, rewriteClaim, type Claimant } from './claim.ts';
import { contend, type Outcome } from './contend.ts';
import { identifyProcess } from './process-identity.ts';

/** A lock that is ours, for as long as nobody removes its folder. */
export interface TakenLock {
  readonly kind: 'taken';
  /** Where those who had it before, and died, could be reached. */
  readonly earlier: readonly string[];
  /** Whether it is there still: a cleaner may have removed it. */
  isThere(): boolean;
  /** Says where this process can be reached now. */
  move(place: string): void;
  /** Lets it go. */
  release(): void;
}

/** A lock that is ours, or somebody's. */
export type Lock =
  | TakenLock
  | {
      readonly kind: 'held';
      /** The process that has it. */
      readonly pid: number;
      /** Where that one can be reached, if it says so. */
      readonly place: string | undefined;
    };

const SECOND_LOOK_MS = 20;

/**
 * Takes a lock that at most one process has, and that a dead process does not keep: not after SIGKILL, not after a reboot, and not
 * when another process has got its pid.
 *
 * The lock is a folder at this path, made if it is missing; a running holder is found out in about 30 ms. `place` tells others where
 * this process can be reached. Rejects with the system's error if the folder cannot be used.
 */
export async function takeLock(path: string, place?: string): Promise<Lock> {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  const identity = identifyProcess(process.pid);
  if (identity === undefined) throw new Error('the system does not say when this process started');
  const self = { ...identity, place };
  const steps = contend({ folder: path, self, identify: identifyProcess });
  for (;;) {
    const { done, value } = steps.next();
    if (done) return lockOf(path, self, value);
    // By chance, so that two who take back their claims for each other do not do so for ever.
    if (value === 'wait') await sleep(SECOND_LOOK_MS * (1 + Math.random()));
  }
}

function lockOf(path: string, self: Claimant, outcome: Outcome): Lock {
  if (outcome.kind === 'held') return outcome;
  const { number, earlier } = outcome;
  return {
    kind: 'taken',
    earlier,
    isThere: () => isClaimOf(path, number, self),
    move: (place) => rewriteClaim(path, number, { ...self, place }),
    release() {
      // Another may have got the number after the folder was removed.
      if (isClaimOf(path, number, self)) removeClaim(path, number);
    },
  };
}
