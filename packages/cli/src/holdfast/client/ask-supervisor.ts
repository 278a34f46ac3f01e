import type { HoldfastPaths } from '@holdfast/config';
import {
  ControlError,
  createControlClient,
  isControlError,
  type ControlClient,
} from '@holdfast/control/client';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { VERSION } from '../../version.ts';
import { CommandError } from '../command-line/command-error.ts';
import type { Environment } from '../context.ts';
import { controlSocket, findPaths } from './places.ts';

/** What the operands of a command select: without any it is left to the supervisor. */
export function selectionOf(operands: readonly string[]): { readonly names?: readonly string[] } {
  return operands.length === 0 ? {} : { names: operands };
}

/** What people are told when the supervisor took over their agent; nothing if it did not. */
export function agentLines({ agent }: { readonly agent?: string }): readonly string[] {
  return agent === undefined
    ? []
    : [`the supervisor had no working ssh-agent: it now uses yours (${agent})`];
}

/** What is known of whoever asks the supervisor. */
export interface Asking {
  readonly env: Environment;
  readonly values: { readonly config?: string };
  /** When the command has to be over, on the clock of `performance.now()`. Default: each request has its own limit. */
  readonly endsAtMs?: number | undefined;
}

/**
 * Asks the supervisor; what it refuses becomes a {@link CommandError}, and so does whatever keeps it from answering.
 *
 * It is looked for where this environment has its socket, and then where it may be from another one. With `--config`, a supervisor of
 * another file is not asked.
 */
export async function askSupervisor<TAnswer>(
  { env, values, endsAtMs }: Asking,
  ask: (client: ControlClient) => Promise<TAnswer>,
): Promise<TAnswer> {
  const paths = findPaths(env);
  const own = controlSocket(paths);
  const askAt = async (socket: string) => {
    const watch = watchSilence(paths, endsAtMs);
    const client = createControlClient({
      socketPath: socket,
      version: VERSION,
      signal: watch.signal,
      agent: env['SSH_AUTH_SOCK'],
    });
    try {
      if (values.config !== undefined) checkConfig(values.config, await client.hello());
      return await ask(client);
    } finally {
      watch.end();
    }
  };
  try {
    if (existsSync(own)) return await askAt(own);
  } catch (error) {
    if (!isControlError(error)) throw error;
    if (!SEARCHED_FOR.has(error.code)) throw await (await loadSearch()).explain(error, paths);
    // The socket of a dead one, or one that lost its permissions. There may be one of another environment, or one that mends it.
  }
  const search = await loadSearch();
  for (let isFirst = true; ; isFirst = false) {
    try {
      return await askAt((await search.findSocket(paths, { env, endsAtMs })) ?? own);
    } catch (error) {
      if (!isControlError(error)) throw error;
      // One that took its lock only just now is waited for.
      const begins = error.code === 'not-running' && (await search.hasHolderSoon(paths));
      if (!isFirst || !begins) throw await search.explain(error, paths);
    }
  }
}

/** What may have another answer elsewhere, or soon. */
const SEARCHED_FOR: ReadonlySet<string> = new Set(['not-running', 'not-permitted']);

/** It would cost every command some milliseconds, and few need it. */
function loadSearch() {
  return import('./find-socket.ts');
}

/** Late enough to cost a command that is answered nothing. */
const SILENCE_MS = 1000;

/** Gives up on a supervisor that is stopped, and at the time when the command has to be over. */
function watchSilence(paths: HoldfastPaths, endsAtMs: number | undefined) {
  const giveUp = new AbortController();
  const look = async () => {
    const sentence = (await loadSearch()).stoppedSentence(paths);
    if (sentence !== undefined) giveUp.abort(new ControlError('timed-out', sentence));
  };
  const looks = setInterval(() => void look(), SILENCE_MS).unref();
  const end =
    endsAtMs === undefined
      ? undefined
      : setTimeout(
          () =>
            giveUp.abort(new ControlError('timed-out', 'the supervisor did not answer in time')),
          Math.max(0, endsAtMs - performance.now()),
        ).unref();
  return {
    signal: giveUp.signal,
    end() {
      clearInterval(looks);
      clearTimeout(end);
    },
  };
}

/** Throws a {@link CommandError} `other-config` if the supervisor runs another file than the asked one. */
export function checkConfig(file: string, { config }: { readonly config: string }): void {
  const asked = resolve(file);
  if (asked === config) return;
  throw new CommandError(
    'other-config',
    `the supervisor runs ${config}, not ${asked}: switch with "holdfast reload --config ${asked}", or end it with "holdfast down"`,
  );
}
