import type { HoldfastPaths } from '@holdfast/config';
import { ensurePrivateFolder, type ControlServer } from '@holdfast/control';
import type { FleetFact } from '@holdfast/engine';
import { systemErrorText, type ChildRecorder } from '@holdfast/engine/parts';
import { chmodSync, existsSync, lstatSync, type Stats } from 'node:fs';
import { supervisorPlaces, type SupervisorPlaces } from '../client/places.ts';
import type { SupervisorLocks } from './take-locks.ts';

/** What a supervisor needs to stay reachable, and alone. */
export interface KeptPlaces {
  readonly paths: HoldfastPaths;
  readonly locks: SupervisorLocks;
  readonly server: Pick<ControlServer, 'listen' | 'place'>;
  readonly record: Pick<ChildRecorder, 'renew'>;
  readonly tell: (fact: FleetFact) => void;
  /** Files in the folder of state that are written all the time. */
  readonly written: readonly WrittenFile[];
}

interface WrittenFile {
  readonly path: string;
  /** What keeps it from being written, in the words of the system; `null`: nothing. */
  readonly problem: () => string | null;
}

/** Looks after the folders, locks and socket of a supervisor. */
export interface PlacesKeeper {
  /** Looks now; one look follows the other. */
  look(): Promise<void>;
  /** Resolves when nothing is looked at, or made, any more. */
  stop(): Promise<void>;
}

/** Three times a minute: what was removed is there again before somebody has given up. */
const LOOK_MS = 20_000;

/**
 * Makes anew what was removed under a running supervisor: logind removes the runtime directory at the last logout, and cleaners remove what
 * is old in /tmp. Nothing of it ends a tunnel.
 *
 * As long as the runtime directory cannot be made, the one in the folder of state takes its place. What cannot be mended is told once, and
 * tried again at each look.
 */
export function keepPlaces(kept: KeptPlaces): PlacesKeeper {
  const { paths, server } = kept;
  const problems = createProblems(kept.tell);
  let last: Promise<void> = Promise.resolve();
  let isOver = false;
  const lookNow = async () => {
    for (const file of kept.written) problems.attempt(file.path, () => ensureWritten(file));
    const runtime = [paths.runtime, paths.spareRuntime].find((path) =>
      problems.attempt(path, () => ensureFolder(path)),
    );
    if (runtime === undefined || isOver) return;
    const places = supervisorPlaces({ runtime, state: paths.state });
    const { sockets, children, socket } = places;
    problems.attempt(sockets, () => ensureFolder(sockets));
    problems.attempt(children, () => renewChildren(children, kept));
    await renewLocks(places, kept, problems);
    // A supervisor that is about to end must not begin to listen again.
    if (isOver) return;
    await problems.attemptLater(socket, () => renewSocket(socket, server));
  };
  const look = () => (last = last.then(lookNow).catch(() => undefined));
  const timer = setInterval(() => void look(), LOOK_MS).unref();
  void look();
  return {
    look,
    stop() {
      isOver = true;
      clearInterval(timer);
      return last;
    },
  };
}

/** Whether it had to be mended. Throws with what is in the way. */
function ensureFolder(path: string): boolean {
  const facts = lstatSync(path, { throwIfNoEntry: false });
  // What is inside has owners and permissions of its own, so that nobody can have put anything harmful there.
  const wasMended = facts?.isDirectory() === true && restoreMode(path, facts, 0o700);
  ensurePrivateFolder(path);
  return facts === undefined || wasMended;
}

/** Nothing is mended here: the disk has room again, or it has not. */
function ensureWritten({ problem }: WrittenFile): boolean {
  const words = problem();
  if (words !== null) throw new Error(words);
  return false;
}

/** Gives what is ours the permissions that it had; whether it had others. */
function restoreMode(path: string, { uid, mode }: Stats, right: number): boolean {
  if (uid !== process.getuid?.() || (mode & 0o777) === right) return false;
  chmodSync(path, right);
  return true;
}

function renewChildren(path: string, { record }: KeptPlaces): boolean {
  const wasThere = existsSync(path);
  record.renew(path);
  return !wasThere && existsSync(path);
}

async function renewLocks(
  places: SupervisorPlaces,
  { locks }: KeptPlaces,
  problems: Problems,
): Promise<void> {
  const news = await locks.renew(places);
  for (const path of [places.lock, places.stateLock]) {
    problems.attempt(path, () => {
      const problem = news.problems.get(path);
      if (problem !== undefined) throw new Error(problem);
      return news.taken.includes(path);
    });
  }
}

async function renewSocket(path: string, server: KeptPlaces['server']): Promise<boolean> {
  if (server.place() === path) return restoreMode(path, lstatSync(path), 0o600);
  await server.listen(path);
  return true;
}

/** What is wrong with each place, told when it changes. */
interface Problems {
  /** Whether it is as it has to be now; the step tells whether it had to be mended. */
  attempt(path: string, step: () => boolean): boolean;
  attemptLater(path: string, step: () => Promise<boolean>): Promise<boolean>;
}

function createProblems(tell: (fact: FleetFact) => void): Problems {
  const known = new Map<string, string>();
  const settle = (path: string, wasMended: boolean) => {
    const wasUnusable = known.delete(path);
    if (wasMended) tell({ type: 'place.mended', path });
    else if (wasUnusable) tell({ type: 'place.usable', path });
    return true;
  };
  const fail = (path: string, error: unknown) => {
    const problem = systemErrorText(error);
    if (known.get(path) !== problem) tell({ type: 'place.unusable', path, problem });
    known.set(path, problem);
    return false;
  };
  return {
    attempt(path, step) {
      try {
        return settle(path, step());
      } catch (error) {
        return fail(path, error);
      }
    },
    async attemptLater(path, step) {
      try {
        return settle(path, await step());
      } catch (error) {
        return fail(path, error);
      }
    },
  };
}
