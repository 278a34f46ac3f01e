import { spawn, type ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import { CommandError } from '../command-line/command-error.ts';
import type { Environment } from '../context.ts';
import { withOneArena } from '../supervise/small-heap.ts';

/** What the supervisor tells whoever started it: once, before it starts any ssh. */
export type SupervisorMessage =
  | { readonly ready: true; readonly pid: number }
  /** Why it ends again: one sentence. */
  | {
      readonly problem: string;
      /** Another supervisor runs, or is about to. */
      readonly isHeld?: true;
    };

/** What the supervisor is started with. */
export interface Starting {
  /** The file of this program. */
  readonly script: string;
  /** The tunnels file, as an absolute path. */
  readonly config: string;
  readonly env: Environment;
  /** When it has to be ready, on the clock of `performance.now()`. Default: in a minute. */
  readonly endsAtMs?: number | undefined;
}

/** The pipe over which the supervisor tells how it went. */
const READY_FD = 3;

/** It ends first what an earlier one left behind, and the machine may be busy. */
const LONGEST_START_MS = 60_000;

/**
 * Starts the supervisor as a background process of its own session; resolves when it answers on its socket.
 *
 * Rejects with a {@link CommandError} that says why it could not be started: `held` if there is another, else `not-started`.
 */
export async function startSupervisor(starting: Starting): Promise<void> {
  const { endsAtMs = performance.now() + LONGEST_START_MS } = starting;
  const text = await hearFrom(spawnSupervisor(starting), endsAtMs);
  const message = readMessage(text);
  if (message === undefined) {
    const { config } = starting;
    throw new CommandError(
      'not-started',
      `the supervisor ended before it was ready; to see why, run: holdfast supervise --config ${config}`,
    );
  }
  if ('problem' in message) {
    const { problem, isHeld } = message;
    throw new CommandError(isHeld === true ? 'held' : 'not-started', problem);
  }
}

function spawnSupervisor({ script, config, env }: Starting): ChildProcess {
  const words = ['supervise', '--config', config, '--ready-fd', String(READY_FD)];
  return spawn(process.execPath, [...process.execArgv, script, ...words], {
    detached: true,
    env: withOneArena(env),
    // A background process must not keep a directory from being unmounted.
    cwd: '/',
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
}

/** The line that the supervisor writes; empty if it ends without one. */
function hearFrom(child: ChildProcess, endsAtMs: number): Promise<string> {
  child.unref();
  const pipe = child.stdio[READY_FD] as Readable;
  return new Promise((resolve, reject) => {
    let text = '';
    const fail = (sentence: string) => reject(new CommandError('not-started', sentence));
    const late = setTimeout(
      () => {
        fail(`the supervisor was started (pid ${child.pid}), but is not ready yet`);
        pipe.destroy();
      },
      Math.max(0, endsAtMs - performance.now()),
    );
    pipe.once('close', () => clearTimeout(late));
    child.on('error', ({ message }) => fail(`cannot start the supervisor: ${message}`));
    pipe
      .setEncoding('utf8')
      .on('data', (chunk: string) => {
        text += chunk;
        if (text.includes('\n')) pipe.destroy();
      })
      .on('close', () => resolve(text));
  });
}

function readMessage(text: string): SupervisorMessage | undefined {
  try {
    return JSON.parse(text) as SupervisorMessage;
  } catch {
    return undefined;
  }
}
