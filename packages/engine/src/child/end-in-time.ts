import { setTimeout as sleep } from 'node:timers/promises';

/** One process or several that are to end. */
export interface Ending {
  /** Sends a signal to those that are there. */
  signal(name: NodeJS.Signals): void;
  /** Whether somebody is there still, this long after they were told. */
  isLeft(waitedMs: number): boolean;
}

/** How long those that are to end may take. */
export interface Graces {
  /** After SIGTERM. */
  readonly termGraceMs: number;
  /** After SIGKILL. */
  readonly killGraceMs: number;
}

const LOOK_AGAIN_MS = 20;

/** Ends them: TERM, then KILL. Resolves to whether they have ended in time. */
export async function endInTime(
  ending: Ending,
  { termGraceMs, killGraceMs }: Graces,
): Promise<boolean> {
  ending.signal('SIGTERM');
  // One that is stopped has to be woken to hear it.
  ending.signal('SIGCONT');
  if (await hasEnded(ending, termGraceMs)) return true;
  ending.signal('SIGKILL');
  return hasEnded(ending, killGraceMs);
}

async function hasEnded({ isLeft }: Ending, withinMs: number): Promise<boolean> {
  for (let waitedMs = 0; waitedMs < withinMs; waitedMs += LOOK_AGAIN_MS) {
    if (!isLeft(waitedMs)) return true;
    await sleep(LOOK_AGAIN_MS);
  }
  return !isLeft(withinMs);
}
