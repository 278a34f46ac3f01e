import { spawn } from 'node:child_process';

/** What a program said before it ended. */
export interface ProgramResult {
  /** `null`: it could not be started, or took too long. */
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const LONGEST_MS = 10_000;
const MOST_CHARACTERS = 1_000_000;

/**
 * Runs a short program without a shell; never rejects, and never takes longer than it may.
 *
 * It gets a session of its own: there it cannot ask at the terminal, and what it started itself (`Match exec`) ends with it.
 */
export function runProgram(
  program: string,
  words: readonly string[],
  env: NodeJS.ProcessEnv,
  longestMs = LONGEST_MS,
): Promise<ProgramResult> {
  return new Promise((resolve) => {
    const said = { stdout: '', stderr: '' };
    const child = spawn(program, words, { env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    const settle = (status: number | null) => {
      clearTimeout(timer);
      child.stdout.destroy();
      child.stderr.destroy();
      resolve({ ...said, status });
    };
    const timer = setTimeout(() => {
      if (child.pid !== undefined) killGroup(child.pid);
      settle(null);
    }, longestMs);
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8').on('data', (text: string) => {
        if (said[name].length < MOST_CHARACTERS) said[name] += text;
      });
    }
    child.once('error', () => settle(null)).once('close', settle);
  });
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended in the meantime.
  }
}
