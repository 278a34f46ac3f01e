import { spawnSync } from 'node:child_process';
import { type Settings, type StartedRun, startRun } from './autossh.ts';
import { missingPart } from './missing-part.ts';
import { createRunFolder, type RunFolder } from './run-folder.ts';

/**
 * Says what is missing to run a program on a terminal of its own, or undefined when all is there.
 *
 * To be given to `describe.skipIf`; a missing part throws where `CI` is `true`.
 */
export function terminalAvailable(): string | undefined {
  return missingPart(findMissing());
}

function findMissing(): string | undefined {
  if (process.platform !== 'linux') return 'only tried on Linux';
  const { stdout } = spawnSync('script', ['--version'], { encoding: 'utf8' });
  // BSD's script has other options.
  if (!stdout?.includes('util-linux')) return 'no script command: install util-linux (bsdutils)';
  return undefined;
}

/** Starts a command on a terminal of its own; what is written is typed, and stdout is the screen. */
export function startOnTerminal(
  command: readonly string[],
  settings: Settings = {},
  folder: RunFolder = createRunFolder(),
): StartedRun {
  const line = `exec ${command.map(quote).join(' ')}`;
  return startRun(['script', '-qefc', line, '/dev/null'], settings, folder);
}

/** Gives a terminal another size, as its window would. */
export function resizeTerminal(path: string, rows: number, columns: number): void {
  const words = ['-F', path, 'rows', String(rows), 'cols', String(columns)];
  const { status, stderr } = spawnSync('stty', words, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`stty: ${stderr}`);
}

function quote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
