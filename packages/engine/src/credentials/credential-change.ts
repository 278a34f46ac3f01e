import { homedir } from 'node:os';
import { join } from 'node:path';
import {
  asyncScheduler,
  exhaustMap,
  filter,
  map,
  scan,
  timer,
  type Observable,
  type SchedulerLike,
} from 'rxjs';
import { monotonicMs } from '../clock.ts';
import { agentFingerprint, NO_AGENT } from './agent-keys.ts';
import { keyFileFingerprint } from './key-files.ts';
import { BLIND_WATCH, watchOn, type CredentialLook } from './told-changes.ts';

/** Where {@link credentialChange$} looks for keys. */
export interface CredentialChangeOptions {
  /** The agent's socket. Defaults to SSH_AUTH_SOCK as it is at each look; an empty text is none. */
  readonly agentSocket?: string;
  /** Defaults to `~/.ssh`. */
  readonly folder?: string;
  /** Files elsewhere, such as those given with `-i`. Defaults to none. */
  readonly files?: readonly string[];
  readonly scheduler?: SchedulerLike;
  /** A clock that never goes back. */
  readonly nowMs?: () => number;
}

/** Time between two looks. */
const LOOK_MS = 5000;

/**
 * Tells when other keys may be at hand than before, so that what was refused may now be let in.
 *
 * It looks every 5 s at the keys that the agent holds, and at the files in ssh's folder, whose contents it does not read. What is
 * there at first is no change. At most 10 changes are told in 10 minutes. Cold; unsubscribing ends it. Never fails.
 */
export function credentialChange$(options: CredentialChangeOptions = {}): Observable<void> {
  const {
    agentSocket,
    folder = join(homedir(), '.ssh'),
    files = [],
    scheduler = asyncScheduler,
    nowMs = monotonicMs,
  } = options;
  const agentNow = async () => {
    const socket = agentSocket ?? process.env['SSH_AUTH_SOCK'] ?? '';
    return socket === '' ? NO_AGENT : await agentFingerprint(socket);
  };
  const look = async (): Promise<CredentialLook> => ({
    agent: await agentNow(),
    files: await keyFileFingerprint({ folder, more: files }),
  });
  return timer(0, LOOK_MS, scheduler).pipe(
    exhaustMap(look),
    scan((watch, seen) => watchOn(watch, seen, nowMs()), BLIND_WATCH),
    filter(({ tells }) => tells),
    map(() => undefined),
  );
}
