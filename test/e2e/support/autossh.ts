import { spawn } from 'node:child_process';
import { AUTOSSH } from '../../installed/programs.ts';
import { endOf } from './end-of.ts';
import { createRunFolder, removeRunFolders, type RunFolder } from './run-folder.ts';

/** What a command has in its environment, besides what every run has; `undefined` takes away. */
export type Settings = Readonly<Record<string, string | undefined>>;

/** A command that runs, in a folder of its own. */
export interface StartedRun {
  readonly folder: RunFolder;
  readonly pid: number;
  /** What it wrote so far. */
  readonly stdout: string;
  readonly stderr: string;
  /** Everything in its log so far. */
  readonly log: string;
  /** How often ssh was started, by the log. */
  readonly starts: number;
  /** The ssh that was started last, by the log; 0 if none was. */
  readonly sshPid: number;
  /** Fulfilled with status or signal when it has ended. */
  readonly ended: Promise<number | NodeJS.Signals>;
  /** Types into its standard input. */
  write(text: string): void;
  /** Closes its standard input. */
  endInput(): void;
  signal(name: NodeJS.Signals): void;
  /** How many lines of the log have this in them. */
  count(text: string): number;
}

/** The words that run the installed autossh with these arguments. */
export function autosshCommand(...words: readonly string[]): string[] {
  return [AUTOSSH, ...words];
}

/** Starts the installed autossh with a log of everything, and no gate. */
export function startAutossh(
  words: readonly string[],
  settings: Settings = {},
  folder: RunFolder = createRunFolder(),
): StartedRun {
  return startRun(autosshCommand(...words), settings, folder);
}

/** Starts any command in the environment of an autossh; {@link endRuns} ends it at the latest. */
export function startRun(
  [file = '', ...words]: readonly string[],
  settings: Settings,
  folder: RunFolder,
): StartedRun {
  const env = environmentOf(folder, settings);
  const child = spawn(file, words, { cwd: folder.path, env, stdio: 'pipe' });
  child.stdin.on('error', () => undefined);
  const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)];
  const log = () => folder.read('log');
  const count = (text: string) => log().split(text).length - 1;
  return {
    folder,
    pid: child.pid as number,
    get stdout() {
      return stdout.text;
    },
    get stderr() {
      return stderr.text;
    },
    get log() {
      return log();
    },
    get starts() {
      return count('starting ssh (count ');
    },
    get sshPid() {
      return Number(/.*ssh child pid is (\d+)/s.exec(log())?.[1] ?? 0);
    },
    ended: endOf(child, () => stdout.text.length + stderr.text.length),
    write: (text) => void child.stdin.write(text),
    endInput: () => void child.stdin.end(),
    signal: (name) => void child.kill(name),
    count,
  };
}

/** Ends everything that was started, and all that it started. For `afterEach`. */
export async function endRuns(): Promise<void> {
  await removeRunFolders();
}

function environmentOf(folder: RunFolder, settings: Settings): NodeJS.ProcessEnv {
  return {
    ...folder.environment,
    AUTOSSH_DEBUG: '1',
    AUTOSSH_GATETIME: '0',
    AUTOSSH_LOGFILE: folder.file('log'),
    ...settings,
  };
}

function collect(stream: NodeJS.ReadableStream): { readonly text: string } {
  const collected = { text: '' };
  stream.setEncoding('utf8').on('data', (text: string) => (collected.text += text));
  return collected;
}
