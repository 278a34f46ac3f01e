import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

const LONGEST_START_MS = 90_000;

/** A background program of a test. */
export interface StartedProgram {
  readonly pid: number;
  /** All that it wrote so far, on stdout and stderr. */
  output(): string;
  /** Kills it and waits until it is gone. */
  kill(): Promise<void>;
}

/** Starts a program and waits until it writes that it is ready, on stdout or stderr. */
export async function startProgram(
  [file, ...words]: readonly [string, ...string[]],
  ready: RegExp,
): Promise<StartedProgram> {
  const child = spawn(file, words, { stdio: ['ignore', 'pipe', 'pipe'] });
  const output = await waitForText(child, ready);
  return {
    pid: child.pid as number,
    output,
    kill: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}

function waitForText(child: ChildProcess, ready: RegExp): Promise<() => string> {
  return new Promise((resolve, reject) => {
    let text = '';
    let isReady = false;
    const late = setTimeout(() => child.kill('SIGKILL'), LONGEST_START_MS);
    const read = (part: Buffer) => {
      text += part.toString();
      if (isReady) return;
      isReady = ready.test(text);
      if (!isReady) return;
      clearTimeout(late);
      resolve(() => text);
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('error', reject);
    child.once('exit', () =>
      reject(new Error(`${child.spawnfile} ended before it was ready: ${text}`)),
    );
  });
}
