import type { HoldfastPaths } from '@holdfast/config';
import { createControlClient, type ControlError } from '@holdfast/control/client';
import { conditionOf, findHolder, type Holder } from '@holdfast/control/lock';
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { userInfo } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { VERSION } from '../../version.ts';
import { asCommandError, CommandError } from '../command-line/command-error.ts';
import type { Environment } from '../context.ts';
import { controlSocket, stateLock, supervisorPlaces } from './places.ts';

// Whatever is done when a supervisor does not answer as usual: the commands load it only then.

/** A supervisor that was told to looks after its socket at once; one that just starts ends first what an earlier one left. */
const MEND_MS = 5000;
const LOOK_AGAIN_MS = 25;

interface Searching {
  readonly env: Environment;
  /** On the clock of `performance.now()`. */
  readonly endsAtMs?: number | undefined;
}

/**
 * The socket of a supervisor of another environment, or of one whose socket was removed; `undefined` if none runs.
 *
 * Whoever has the lock in the folder of state says where it listens. Without XDG_RUNTIME_DIR, as after `su -` or in a crontab, it can also
 * be where the socket of a login is, if it keeps up the same tunnels.
 */
export async function findSocket(
  paths: HoldfastPaths,
  { env, endsAtMs = Infinity }: Searching,
): Promise<string | undefined> {
  const { loginRuntime, spareRuntime } = paths;
  const login = loginRuntime === undefined ? undefined : controlSocket({ runtime: loginRuntime });
  if (login !== undefined && (await isOfThisUser(login, paths, env))) return login;
  const spare = controlSocket({ runtime: spareRuntime });
  // Of an earlier version, which has no lock in the folder of state.
  if (holderOf(paths) === undefined && existsSync(spare)) return spare;
  return await whenListening(paths, endsAtMs);
}

/** The supervisor of these paths, if it lives. */
export function holderOf({ runtime, state }: HoldfastPaths): Holder | undefined {
  return findHolder(supervisorPlaces({ runtime, state }).lock) ?? findHolder(stateLock(state));
}

/** Not at once: one that was killed just now may be seen once more, and one that begins takes its lock first. */
export async function hasHolderSoon(paths: HoldfastPaths): Promise<boolean> {
  await sleep(LOOK_AGAIN_MS);
  return holderOf(paths) !== undefined;
}

async function isOfThisUser(
  socket: string,
  { config }: HoldfastPaths,
  env: Environment,
): Promise<boolean> {
  if (!existsSync(socket)) return false;
  if (env['HOME'] === userInfo().homedir) return true;
  try {
    return (
      (await createControlClient({ socketPath: socket, version: VERSION }).hello()).config ===
      config
    );
  } catch {
    return false;
  }
}

/** Tells the holder that its socket is missed, and waits until somebody listens there, or nobody has the lock any more. */
async function whenListening(paths: HoldfastPaths, endsAtMs: number): Promise<string | undefined> {
  const giveUpAtMs = Math.min(endsAtMs, performance.now() + MEND_MS);
  let told: number | undefined;
  for (;;) {
    const holder = holderOf(paths);
    if (holder === undefined || conditionOf(holder.pid) === 'is-stopped') return undefined;
    const place = holder.place ?? controlSocket(paths);
    if (await isListenedOn(place)) return place;
    if (told !== holder.pid) signal(holder.pid, 'SIGCONT');
    told = holder.pid;
    if (performance.now() >= giveUpAtMs) return undefined;
    await sleep(LOOK_AGAIN_MS);
  }
}

function isListenedOn(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    const settle = (isListened: boolean) => {
      socket.destroy();
      resolve(isListened);
    };
    socket.once('connect', () => settle(true));
    socket.once('error', ({ code = '' }: NodeJS.ErrnoException) => settle(!NOBODY.has(code)));
  });
}

/** Nobody, or nobody who can be reached before the holder has mended it. Anything else, such as a queue that is full, is somebody. */
const NOBODY: ReadonlySet<string> = new Set([
  'ENOENT',
  'ENOTDIR',
  'ECONNREFUSED',
  'ENOTSOCK',
  'EACCES',
]);

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended, or belongs to another user.
  }
}

/** What no supervisor would say: that of one that lives, and cannot be asked. */
const UNREACHED: ReadonlySet<string> = new Set([
  'not-running',
  'hung-up',
  'timed-out',
  'bad-answer',
]);

/** An error of the client, with what the system knows of the supervisor. */
export async function explain(error: ControlError, paths: HoldfastPaths): Promise<unknown> {
  if (!UNREACHED.has(error.code)) return asCommandError(error);
  const holder = holderOf(paths);
  if (holder === undefined) return withoutHolder(error);
  const sentence = sentenceAbout(holder.pid, error, paths);
  const code = error.code === 'not-running' ? 'unreachable' : error.code;
  return new CommandError(code, sentence, { pid: holder.pid });
}

function withoutHolder(error: ControlError): unknown {
  const known = asCommandError(error);
  if (error.code !== 'hung-up') return known;
  return new CommandError('not-running', 'the supervisor ended before it answered');
}

function sentenceAbout(pid: number, error: ControlError, paths: HoldfastPaths): string {
  switch (conditionOf(pid)) {
    case 'is-stopped':
      return stopped(pid);
    case 'lacks-descriptors':
      return `the supervisor (pid ${pid}) has no file descriptors left, and cannot answer: raise its limit (prlimit --nofile --pid ${pid}), or end it with "holdfast down"`;
    case 'is-gone':
    case 'runs':
      return error.code === 'not-running'
        ? `the supervisor (pid ${pid}) is running, but cannot listen on ${controlSocket(paths)}: it retries three times a minute; "holdfast logs" says why, "holdfast down" ends it`
        : `${error.message} (pid ${pid})`;
  }
}

/** Why nobody answers, if the supervisor is stopped. */
export function stoppedSentence(paths: HoldfastPaths): string | undefined {
  const pid = holderOf(paths)?.pid;
  return pid !== undefined && conditionOf(pid) === 'is-stopped' ? stopped(pid) : undefined;
}

function stopped(pid: number): string {
  return `the supervisor (pid ${pid}) is stopped, and cannot answer: resume it with "kill -CONT ${pid}", or end it with "holdfast down"`;
}

/** TERM is obeyed when every ssh is gone: each has 2 s, and then KILL takes 2 s more. */
const END_MS = 20_000;

/** Ends a supervisor that cannot be asked to: by a signal to the very process that has the lock. */
export async function endBySignal(pid: number, paths: HoldfastPaths): Promise<void> {
  const isThere = () => holderOf(paths)?.pid === pid;
  if (isThere()) {
    signal(pid, 'SIGTERM');
    signal(pid, 'SIGCONT');
  }
  const giveUpAtMs = performance.now() + END_MS;
  while (performance.now() < giveUpAtMs) {
    if (!isThere() || conditionOf(pid) === 'is-gone') return;
    await sleep(LOOK_AGAIN_MS);
  }
  throw new CommandError(
    'unreachable',
    `the supervisor (pid ${pid}) was sent SIGTERM and has not ended: "kill -KILL ${pid}" ends it, and every ssh with it`,
  );
}
