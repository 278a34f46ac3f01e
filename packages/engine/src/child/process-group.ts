import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';

/** The first process leads a group too, which is never one of ours. */
const LOWEST_LEADER = 2;

/**
 * Signals everybody in the group of a leader, also when the leader has ended; 0 only asks. `false` if there is nobody whom this process may
 * signal. The dead count until their parent has taken notice.
 *
 * The number of a group is nobody else's as long as somebody is in it.
 *
 * @see POSIX, kill() and fork().
 */
export function signalGroup(leader: number, signal: NodeJS.Signals | 0): boolean {
  // -1 is everybody.
  if (leader < LOWEST_LEADER) return false;
  try {
    process.kill(-leader, signal);
    return true;
  } catch {
    return false;
  }
}

/**
 * Starts a program as the leader of a session and a group of its own; `undefined` if the system refuses, and `refused` hears why.
 *
 * Node throws some refusals (such as E2BIG) and tells others as an event; without descriptors (EMFILE) the child has no streams.
 */
export function startLeader(
  program: string,
  words: readonly string[],
  options: SpawnOptions,
  refused: (error: unknown) => void,
): ChildProcess | undefined {
  try {
    const child = spawn(program, words, { ...options, detached: true }).once('error', refused);
    return child.pid === undefined ? undefined : child;
  } catch (error) {
    refused(error);
    return undefined;
  }
}
