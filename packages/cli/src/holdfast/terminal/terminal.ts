import { once } from 'node:events';

/** Where a command writes to. */
export interface Terminal {
  /** Results. */
  out(text: string): void;
  /** What is said about them: errors, progress. */
  err(text: string): void;
  /**
   * Resolves when stdout has taken what was written, so that no more waits in memory than its reader can read. If the signal is aborted
   * meanwhile, the program ends: nobody is going to read.
   */
  outTaken(signal: AbortSignal): Promise<void>;
  readonly outIsTerminal: boolean;
  readonly errIsTerminal: boolean;
  /** Columns of stdout; `Infinity` if it is no terminal: whoever reads it gets everything. */
  columns(): number;
  /** Rows of stdout. */
  rows(): number;
  /** For stdout. */
  readonly paint: Paint;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The terminal of this process. Whoever closes the reading end has seen enough: the program ends, with status 0. */
export function openTerminal(env: Environment): Terminal {
  const { stdout, stderr } = process;
  stdout.on('error', endQuietly);
  stderr.on('error', () => undefined);
  const outIsTerminal = stdout.isTTY === true;
  return {
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    outTaken: (signal) => taken(stdout, signal),
    outIsTerminal,
    errIsTerminal: stderr.isTTY === true,
    columns: () => (outIsTerminal ? stdout.columns || 80 : Infinity),
    rows: () => stdout.rows || 24,
    paint: wantsColours(outIsTerminal, env) ? paintColours : paintNothing,
  };
}

async function taken(stream: NodeJS.WriteStream, signal: AbortSignal): Promise<void> {
  if (stream.writableNeedDrain) await once(stream, 'drain', { signal }).catch(endWithoutReader);
}

/**
 * Lets what a terminal does not take wait in memory. Node's own way is to wait in the write, and a terminal that is paused would keep the
 * program from hearing signals.
 *
 * @see https://nodejs.org/docs/latest-v20.x/api/process.html#a-note-on-process-io
 */
export function letOutputWait(): void {
  if (process.stdout.isTTY) (process.stdout as PollableStream)._handle?.setBlocking?.(false);
}

/** There is no public name for this. */
interface PollableStream extends NodeJS.WriteStream {
  readonly _handle?: { setBlocking?(isBlocking: boolean): number };
}

/** Ends the program when nobody reads its output any more: there is nothing left to say. */
export function endWithoutReader(): never {
  process.exit(0);
}

function endQuietly(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') endWithoutReader();
  process.stderr.write(`holdfast: the output cannot be written: ${error.message}\n`);
  process.exit(1);
}

/** What text can look like. */
export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'alarm';

/** Gives text a look, where that is wanted. */
export type Paint = (style: Style, text: string) => string;

/** Parameters of SGR. @see ECMA-48, 8.3.117. */
const CODES: Readonly<Record<Style, string>> = {
  bold: '1',
  dim: '2',
  red: '31',
  green: '32',
  yellow: '33',
  alarm: '1;31',
};

export const paintNothing: Paint = (_style, text) => text;

export const paintColours: Paint = (style, text) =>
  text === '' ? '' : `\u001B[${CODES[style]}m${text}\u001B[0m`;

/**
 * Whether to use colours: on a terminal that knows them, unless NO_COLOR says no; with FORCE_COLOR always.
 *
 * @see https://no-color.org, https://force-color.org
 */
export function wantsColours(isTerminal: boolean, env: Environment): boolean {
  const forced = env['FORCE_COLOR'] ?? '';
  if (forced !== '') return forced !== '0' && forced !== 'false';
  if ((env['NO_COLOR'] ?? '') !== '') return false;
  return isTerminal && env['TERM'] !== 'dumb';
}
