import { execFile } from 'node:child_process';

/** What a program said before it ended. */
export interface ProgramResult {
  /** `null`: it could not be started, or took too long. */
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const LONGEST_MS = 10_000;
const MOST_BYTES = 1_000_000;

/** Runs a short program without a shell; never rejects. */
export function runProgram(
  program: string,
  words: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<ProgramResult> {
  return new Promise((resolve) => {
    const options = { env, timeout: LONGEST_MS, maxBuffer: MOST_BYTES, encoding: 'utf8' } as const;
    const child = execFile(program, words, options, (error, stdout, stderr) => {
      const status = error === null ? 0 : typeof error.code === 'number' ? error.code : null;
      resolve({ status, stdout, stderr });
    });
    child.stdin?.end();
  });
}
