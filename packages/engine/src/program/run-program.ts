import { signalGroup, startLeader } from '../child/process-group.ts';

/**
 * What a program said before it ended.
 *
 * @internal For the packages of Holdfast.
 */
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
 * It gets a session of its own: there it cannot ask at the terminal, and what it started itself (`Match exec`) ends with it when it
 * takes too long.
 *
 * @internal For the packages of Holdfast.
 */
export function runProgram(
  program: string,
  words: readonly string[],
  env: NodeJS.ProcessEnv,
  longestMs = LONGEST_MS,
): Promise<ProgramResult> {
  return new Promise((resolve) => {
    const said = { stdout: '', stderr: '' };
    const refused = () => resolve({ ...said, status: null });
    const child = startLeader(program, words, { env, stdio: ['ignore', 'pipe', 'pipe'] }, refused);
    if (child === undefined) return;
    const settle = (status: number | null) => {
      clearTimeout(timer);
      child.stdout!.destroy();
      child.stderr!.destroy();
      resolve({ ...said, status });
    };
    const timer = setTimeout(() => {
      signalGroup(child.pid!, 'SIGKILL');
      settle(null);
    }, longestMs);
    for (const name of ['stdout', 'stderr'] as const) {
      child[name]!.setEncoding('utf8').on('data', (text: string) => {
        if (said[name].length < MOST_CHARACTERS) said[name] += text;
      });
    }
    child.once('close', settle);
  });
}
