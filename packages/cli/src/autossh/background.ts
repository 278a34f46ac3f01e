import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, writeSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { giveIgnoredSignals, keepIgnoring } from '../ignored-signals.ts';
import { STOPS, type StartSignals } from './early-signals.ts';
import { isTerminal } from './is-terminal.ts';
import type { TunnelEnd } from '@holdfast/machines';
import { AUTOSSH_EXIT } from '../exit-codes.ts';
import { complain } from './log.ts';

/** Whoever started autossh, and how to tell them how it went. */
export interface Caller {
  /** Everything is in place; ssh is about to be started. */
  ready(): void;
  /**
   * It cannot be done, and why. `early` says that the original would have found out before it went into the background, so that its
   * caller got the error status.
   */
  failed(sentence: string, early: boolean): void;
  /** The tunnel ended. */
  ended(end: TunnelEnd): void;
}

/** Marks the background process for itself; ssh never sees it. */
const MARK = 'HOLDFAST_BACKGROUND';
/** The pipe over which the background process tells its caller how it went. */
const CALLER_FD = 3;

interface Message {
  readonly problem?: string;
  readonly status: number;
}

/**
 * The caller of a foreground autossh: it sees stderr, and waits for the exit status.
 *
 * @param readsLog - whether the log goes to stderr as well, which then has the sentence already.
 */
export function foregroundCaller(readsLog: boolean): Caller {
  return {
    ready: () => undefined,
    failed: (sentence) => {
      if (!readsLog) complain(sentence);
    },
    // The log is elsewhere; somebody who sits there should not be left with silence.
    ended: (end) => {
      if (end.class === 'premature-exit' && !readsLog && isTerminal(2))
        complain(`${end.sentence}; ${GATE_HINT}`);
    },
  };
}

const GATE_HINT = 'with AUTOSSH_GATETIME=0 it would be started again';

/** Whether this process was started by {@link runInBackground}. */
export function isBackgroundProcess(): boolean {
  const marked = process.env[MARK] !== undefined;
  delete process.env[MARK];
  return marked;
}

/** The caller of the background process. It must be told before ssh is started, which would inherit the pipe. */
export function backgroundCaller(): Caller {
  let told = false;
  const tell = (message: Message) => {
    if (told) return;
    told = true;
    try {
      writeSync(CALLER_FD, `${JSON.stringify(message)}\n`);
      closeSync(CALLER_FD);
    } catch {
      // The caller did not wait.
    }
  };
  return {
    ready: () => tell({ status: AUTOSSH_EXIT.ok }),
    failed: (problem, early) =>
      tell({ problem, status: early ? AUTOSSH_EXIT.error : AUTOSSH_EXIT.ok }),
    ended: () => undefined,
  };
}

/**
 * Starts this program again as a background process of its own session, waits until it has everything in place, and returns the exit
 * status for the caller.
 *
 * Node cannot fork; the new process reads environment and arguments anew, in the caller's working directory, and then moves to `/`.
 *
 * @see docs/rules.md, RUN-1 and RUN-3.
 */
export function runInBackground(signals: StartSignals): Promise<number> {
  const child = spawn(process.execPath, [...process.execArgv, ...process.argv.slice(1)], {
    detached: true,
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    env: { ...process.env, ...giveIgnoredSignals(signals.ignored), [MARK]: '1' },
  });
  const wasStopped = passOnStops(child, signals);
  return new Promise((resolve) => {
    child.on('error', (error) => {
      complain(`run as daemon failed: ${error.message}`);
      resolve(AUTOSSH_EXIT.error);
    });
    let text = '';
    (child.stdio[CALLER_FD] as Readable)
      .setEncoding('utf8')
      .on('data', (chunk: string) => (text += chunk))
      .on('close', () => resolve(wasStopped() ? AUTOSSH_EXIT.error : hear(text)));
  });
}

/** Whoever wants to end autossh before it is in the background means the background process; tells whether that happened. */
function passOnStops(child: ChildProcess, signals: StartSignals): () => boolean {
  let stopped = false;
  const stop = () => {
    stopped = true;
    child.kill('SIGTERM');
  };
  for (const name of STOPS) process.on(name, stop);
  if (signals.release().some((name) => STOPS.includes(name))) stop();
  keepIgnoring(signals.ignored);
  return () => stopped;
}

function hear(text: string): number {
  if (text === '') {
    complain('the background process ended before it could start ssh; its log may say why');
    return AUTOSSH_EXIT.error;
  }
  const { problem, status } = JSON.parse(text) as Message;
  if (problem !== undefined) complain(problem);
  return status;
}
