import { userInfo } from 'node:os';
import { join } from 'node:path';
import { withParentDeathSignal } from '../child/launched-program.ts';
import { runProgram } from './run-program.ts';

/** An ssh, as far as it takes to ask what its settings are. */
export interface AskedSsh {
  readonly program: string;
  /** Its options and its destination, as for `ssh -G`. */
  readonly words: readonly string[];
  readonly env: NodeJS.ProcessEnv | undefined;
}

/** Programs that are asked answer at once, or not at all. */
const ASK_MS = 3000;

/** What ssh makes of its command line and of ssh_config: `ssh -G`, which connects nowhere. Rejects if it cannot be asked. */
export function askSettings({ program, words, env }: AskedSsh): Promise<string> {
  return ask(program, ['-G', ...words], env ?? process.env);
}

/** All values of a keyword (in lower case) in what {@link askSettings} gave. */
export function valuesOf(settings: string, keyword: string): readonly string[] {
  return settings.split('\n').flatMap((line) => {
    return line.startsWith(`${keyword} `) ? [line.slice(keyword.length + 1)] : [];
  });
}

/**
 * A path of ssh's settings as a path of this machine; `undefined` if only ssh knows what its tokens and variables become.
 *
 * As ssh, the home directory is that of the user database, not of HOME.
 *
 * @see ssh_config(5), "TOKENS".
 * @internal For the packages of Holdfast.
 */
export function expandPath(written: string): string | undefined {
  const path = written.replaceAll('%%', '\0').replaceAll('%d', userInfo().homedir);
  if (path.includes('%') || path.includes('${')) return undefined;
  const plain = path.replaceAll('\0', '%');
  return plain.startsWith('~/') ? join(userInfo().homedir, plain.slice(2)) : plain;
}

/** Runs a program that is to say something, and gives what it said; it ends with this process, and when it takes too long. */
export async function ask(
  program: string,
  words: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<string> {
  const { file, args } = withParentDeathSignal({ file: program, args: words, deathSignal: 'KILL' });
  const { status, stdout } = await runProgram(file, args, env, ASK_MS);
  if (status !== 0) throw new Error(`${program} ended with status ${status}`);
  return stdout;
}
