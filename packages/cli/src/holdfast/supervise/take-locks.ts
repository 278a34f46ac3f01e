import { takeLock, type Lock, type TakenLock } from '@holdfast/control/lock';
import { systemErrorText } from '@holdfast/engine/parts';
import type { SupervisorPlaces } from '../client/places.ts';

/** What makes a supervisor the only one: a lock where it listens, and one where it writes. */
export interface SupervisorLocks {
  /** Where those who died before could be reached. */
  readonly earlier: readonly string[];
  /**
   * Takes again what was removed, and says where the supervisor can be reached now. Resolves to what is in the way of each lock, by its
   * path, and to those that were taken anew.
   */
  renew(places: SupervisorPlaces): Promise<LockNews>;
  release(): void;
}

export interface LockNews {
  readonly taken: readonly string[];
  readonly problems: ReadonlyMap<string, string>;
}

/**
 * Takes both locks, or says in one sentence who has one.
 *
 * Two environments of one user can have two runtime directories, but they write one event log and one recording. A folder of state in
 * which nothing can be written keeps no supervisor from running.
 */
export async function takeLocks(
  places: SupervisorPlaces,
): Promise<SupervisorLocks | { readonly problem: string }> {
  const runtime = await takeLock(places.lock, places.socket);
  if (runtime.kind === 'held')
    return { problem: `a supervisor is already running (pid ${runtime.pid})` };
  const state = await takeIfPossible(places.stateLock, places.socket);
  if (state?.kind === 'held') {
    runtime.release();
    const { pid, place } = state;
    const where = place === undefined ? '' : ` on ${place}`;
    return {
      problem: `a supervisor is already running (pid ${pid})${where}, with this state folder`,
    };
  }
  return locksOf(places, runtime, state);
}

async function takeIfPossible(path: string, place: string): Promise<Lock | undefined> {
  try {
    return await takeLock(path, place);
  } catch {
    return undefined;
  }
}

interface Kept {
  path: string;
  place: string;
  lock: TakenLock | undefined;
}

function locksOf(
  { lock, stateLock, socket }: SupervisorPlaces,
  runtime: TakenLock,
  state: TakenLock | undefined,
): SupervisorLocks {
  const kept: readonly [Kept, Kept] = [
    { path: lock, place: socket, lock: runtime },
    { path: stateLock, place: socket, lock: state },
  ];
  return {
    earlier: state?.earlier ?? [],
    async renew(places) {
      const [ofRuntime, ofState] = kept;
      const taken: string[] = [];
      const problems = new Map<string, string>();
      for (const [one, path] of [
        [ofRuntime, places.lock],
        [ofState, places.stateLock],
      ] as const) {
        const problem = await renewOne(one, path, places.socket, () => taken.push(path));
        if (problem !== undefined) problems.set(path, problem);
      }
      return { taken, problems };
    },
    release() {
      for (const { lock: one } of kept) one?.release();
    },
  };
}

/** Resolves to what is in the way. */
async function renewOne(
  kept: Kept,
  path: string,
  place: string,
  onTaken: () => void,
): Promise<string | undefined> {
  try {
    if (kept.path === path && kept.lock?.isThere() === true) {
      if (kept.place !== place) kept.lock.move(place);
      kept.place = place;
      return undefined;
    }
    kept.lock?.release();
    kept.lock = undefined;
    const lock = await takeLock(path, place);
    if (lock.kind === 'held') return `another supervisor (pid ${lock.pid}) holds it`;
    Object.assign(kept, { path, place, lock });
    onTaken();
    return undefined;
  } catch (error) {
    return systemErrorText(error);
  }
}
