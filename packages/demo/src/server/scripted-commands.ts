import type { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';

/** The size of a client's terminal, as it last told. */
export interface TerminalSize {
  readonly rows: number;
  readonly columns: number;
}

/** What a command can see and do. */
export interface CommandContext {
  readonly size: TerminalSize;
  /** Fires at Ctrl-C and when the client goes. */
  readonly signal: AbortSignal;
  /** Absent in a shell, which reads its input itself. */
  readonly input?: Readable;
  readonly print: (text: string | Buffer) => void;
}

type Command = (words: readonly string[], context: CommandContext) => number | Promise<number>;

const INTERRUPTED = 130;
const UNKNOWN_COMMAND = 127;

const commands: ReadonlyMap<string, Command> = new Map<string, Command>([
  ['cat', copyInput],
  ['echo', printWords],
  ['exit', (words) => Number(words[0] ?? 0)],
  ['size', printSize],
  ['sleep', sleep],
]);

/** Runs one line of the scripted shell and returns its exit status. */
export async function runCommandLine(line: string, context: CommandContext): Promise<number> {
  const [name, ...words] = splitWords(line);
  if (name === undefined) return 0;
  const command = commands.get(name);
  if (command !== undefined) return command(words, context);
  context.print(`${name}: unknown command\n`);
  return UNKNOWN_COMMAND;
}

/** Says whether a line tells a shell to leave. */
export function isExit(line: string): boolean {
  return splitWords(line)[0] === 'exit';
}

function splitWords(line: string): string[] {
  return line.split(/\s+/).filter((word) => word !== '');
}

function printWords(words: readonly string[], { print }: CommandContext): number {
  print(`${words.join(' ')}\n`);
  return 0;
}

function printSize(_words: readonly string[], { print, size }: CommandContext): number {
  print(`${size.rows} ${size.columns}\n`);
  return 0;
}

async function sleep(words: readonly string[], { signal }: CommandContext): Promise<number> {
  try {
    await wait(Number(words[0] ?? 0) * 1000, undefined, { signal });
    return 0;
  } catch {
    return INTERRUPTED;
  }
}

async function copyInput(
  _words: readonly string[],
  { input, print }: CommandContext,
): Promise<number> {
  if (input === undefined) return 1;
  input.on('data', print);
  await new Promise((resolve) => input.once('end', resolve).once('close', resolve));
  return 0;
}
