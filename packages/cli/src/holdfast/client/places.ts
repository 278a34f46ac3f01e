import { getHoldfastPaths, type HoldfastPaths, isSettingError } from '@holdfast/config';
import { join } from 'node:path';
import { CommandError } from '../command-line/command-error.ts';
import type { Environment } from '../context.ts';

/** Where a supervisor keeps its things. */
export interface SupervisorPlaces {
  /** Where it listens. */
  readonly socket: string;
  /** What only one supervisor can have. */
  readonly lock: string;
  /** The same, for those of another environment. */
  readonly stateLock: string;
  /** The control sockets of its ssh. */
  readonly sockets: string;
  /** The record of its ssh, for the supervisor after it. */
  readonly children: string;
  readonly log: string;
  /** What every tunnel did: docs/recordings.md. */
  readonly recording: string;
}

/** Where the files live. Throws a {@link CommandError} if the environment does not say. */
export function findPaths(env: Environment): HoldfastPaths {
  try {
    return getHoldfastPaths(env);
  } catch (error) {
    if (isSettingError(error)) throw new CommandError('failed', error.message);
    throw error;
  }
}

/** The socket of the supervisor. */
export function controlSocket({ runtime }: Pick<HoldfastPaths, 'runtime'>): string {
  return join(runtime, 'control.sock');
}

/** The lock in the folder of state. */
export function stateLock(state: string): string {
  return join(state, 'lock');
}

/** The places in the user's own directories. */
export function supervisorPlaces({
  runtime,
  state,
}: Pick<HoldfastPaths, 'runtime' | 'state'>): SupervisorPlaces {
  return {
    socket: controlSocket({ runtime }),
    lock: join(runtime, 'lock'),
    stateLock: stateLock(state),
    sockets: join(runtime, 'ssh'),
    children: join(runtime, 'children'),
    log: join(state, 'events.ndjson'),
    recording: join(state, 'recording.ndjson'),
  };
}
