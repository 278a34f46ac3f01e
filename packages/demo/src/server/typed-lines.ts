import { StringDecoder } from 'node:string_decoder';

const CTRL_C = '\u0003';
const CTRL_D = '\u0004';
const BACKSPACE = '\u007f';

/** What typing leads to. */
export interface LineHandlers {
  onLine(line: string): void;
  /** Ctrl-C; the unfinished line is thrown away. */
  onInterrupt(): void;
  /** Ctrl-D on an empty line. */
  onEnd(): void;
  /** What a terminal shows of the typing. */
  echo(text: string): void;
}

/** Turns the keys of a terminal into lines, as a tty's line discipline does, and echoes them. */
export function readTypedLines(handlers: LineHandlers): (bytes: Buffer) => void {
  const decoder = new StringDecoder('utf8');
  let line = '';
  const take = () => {
    const taken = line;
    line = '';
    return taken;
  };
  const erase = () => {
    if (line === '') return;
    line = line.slice(0, -1);
    handlers.echo('\b \b');
  };
  const keys = new Map<string, () => void>([
    [CTRL_C, () => (take(), handlers.echo('^C\n'), handlers.onInterrupt())],
    [CTRL_D, () => void (line === '' && handlers.onEnd())],
    [BACKSPACE, erase],
    ['\r', () => (handlers.echo('\n'), handlers.onLine(take()))],
    ['\n', () => (handlers.echo('\n'), handlers.onLine(take()))],
  ]);
  const type = (character: string) => {
    line += character;
    handlers.echo(character);
  };
  return (bytes) => {
    for (const character of decoder.write(bytes))
      (keys.get(character) ?? (() => type(character)))();
  };
}

/** Turns piped input into lines: no echo, no keys of its own. */
export function readPipedLines(onLine: (line: string) => void): (bytes: Buffer) => void {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  return (bytes) => {
    const lines = (rest + decoder.write(bytes)).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
  };
}
