import { type Field, listVariable, type Variables } from './shell-variables.ts';
import { fillIn, readShellWord } from './shell-words.ts';

/** A simple command of a shell: its words, the assignments in front among them. */
export interface ShellCommand {
  readonly kind: 'command';
  readonly fields: readonly Field[];
  /** Where it begins, and where it ends. */
  readonly line: number;
  readonly lastLine: number;
  /** Where in the text its first word begins. */
  readonly start: number;
}

/** The body of a here-document, with what is known filled in. */
interface ShellText {
  readonly kind: 'text';
  readonly text: string;
  /** The command that reads it. */
  readonly reader: ShellCommand;
  /** Its first line. */
  readonly line: number;
}

/** A line with a quote that is never closed. */
interface ShellFault {
  readonly kind: 'fault';
  readonly text: string;
  readonly line: number;
}

export type ShellPart = ShellCommand | ShellText | ShellFault;

/** A redirection, with the number of a descriptor in front. Where it leads is the next word. */
const REDIRECTION = /(?:\d+(?=[<>]))?(?:&>>?|<<<|<<-?|>>|[<>][&|]?)/y;

interface HereDocument {
  readonly end: string;
  readonly isPlain: boolean;
  readonly isIndented: boolean;
  readonly command: OpenCommand;
}

interface OpenCommand {
  readonly fields: Field[];
  line: number;
  lastLine: number;
  start: number;
}

const openCommand = (): OpenCommand => ({ fields: [], line: 0, lastLine: 0, start: 0 });

/**
 * Cuts the lines of a script into its simple commands, without redirections and comments.
 *
 * Quotes, backslashes, variables and here-documents are read as sh reads them. What the commands do with variables is the reader's affair:
 * who sets some between one command and the next finds them in that one.
 *
 * @see https://pubs.opengroup.org/onlinepubs/9699919799/utilities/V3_chap02.html#tag_18_02
 */
export function* shellCommands(
  source: string,
  variables: Variables,
  firstLine = 1,
): Generator<ShellPart> {
  const lineAt = countLines(source, firstLine);
  let here: HereDocument[] = [];
  let [at, redirection] = [0, ''];
  let current = openCommand();
  const finish = (): readonly ShellCommand[] => {
    const done = current;
    [current, redirection] = [openCommand(), ''];
    return done.fields.length === 0 ? [] : [{ kind: 'command', ...done }];
  };
  while (at < source.length) {
    const character = source[at]!;
    REDIRECTION.lastIndex = at;
    const [found] = REDIRECTION.exec(source) ?? [];
    if (found !== undefined) {
      redirection = found;
      at += found.length;
    } else if (character === '\\' && source[at + 1] === '\n') at += 2;
    else if (/[\n;&|()]/.test(character)) {
      const isArray = character === '(' && /^[A-Za-z_]\w*\+?=$/.test(lastText(current));
      const array = isArray ? readArray(source, at + 1, variables) : undefined;
      if (array !== undefined) {
        keepArray(current, array.fields, variables);
        at = array.next;
        continue;
      }
      yield* finish();
      at += 1;
      if (character !== '\n') continue;
      for (const document of here) {
        const { body, next } = readBody(source, at, document);
        const text = document.isPlain ? body : fillIn(body, variables).text;
        const reader: ShellCommand = { kind: 'command', ...document.command };
        yield { kind: 'text', text, reader, line: lineAt(at) };
        at = next;
      }
      here = [];
    } else if (/\s/.test(character)) at += 1;
    else if (character === '#') at = lineEnd(source, at);
    else {
      const word = readShellWord(source, at, variables);
      if (word === undefined) {
        // Whatever the rest of the text is: the next line may well be a command of its own.
        const end = lineEnd(source, at);
        const line = lineAt(at);
        current = openCommand();
        yield { kind: 'fault', text: lineOf(source, at), line };
        at = end;
        continue;
      }
      if (/^<<-?$/.test(redirection)) {
        const written = source.slice(at, word.next);
        here.push({
          end: word.fields[0]?.text ?? '',
          isPlain: /["'\\]/.test(written),
          isIndented: redirection === '<<-',
          command: current,
        });
      } else if (redirection === '') {
        if (current.fields.length === 0) [current.line, current.start] = [lineAt(at), at];
        current.fields.push(...word.fields);
        current.lastLine = lineAt(word.next - 1);
      }
      at = word.next;
      redirection = '';
    }
  }
  yield* finish();
}

function lastText({ fields }: OpenCommand): string {
  return fields.at(-1)?.text ?? '';
}

/** The words of `NAME=( ... )`, newlines and comments between them. */
function readArray(source: string, from: number, variables: Variables) {
  const fields: Field[] = [];
  let at = from;
  while (at < source.length) {
    if (source[at] === ')') return { fields, next: at + 1 };
    if (/\s/.test(source[at]!)) at += 1;
    else if (source[at] === '\\' && source[at + 1] === '\n') at += 2;
    else if (source[at] === '#') at = lineEnd(source, at);
    else {
      const word = readShellWord(source, at, variables);
      if (word === undefined || word.next === at) return undefined;
      fields.push(...word.fields);
      at = word.next;
    }
  }
  return undefined;
}

/** An array is set at once: as a word it would be one text. */
function keepArray(current: OpenCommand, fields: readonly Field[], variables: Variables): void {
  const written = current.fields.pop()!.text;
  const isMore = written.endsWith('+=');
  const name = written.slice(0, isMore ? -2 : -1);
  const before = isMore ? (variables.get(name)?.fields ?? []) : [];
  variables.set(name, listVariable([...before, ...fields]));
}

function readBody(source: string, from: number, { end, isIndented }: HereDocument) {
  const lines: string[] = [];
  let at = from;
  while (at < source.length) {
    const stop = lineEnd(source, at);
    const written = source.slice(at, stop);
    const line = isIndented ? written.replace(/^\t+/, '') : written;
    at = stop + 1;
    if (line === end) break;
    lines.push(line);
  }
  return { body: lines.join('\n'), next: at };
}

function lineEnd(source: string, from: number): number {
  const end = source.indexOf('\n', from);
  return end === -1 ? source.length : end;
}

function lineOf(source: string, at: number): string {
  return source.slice(source.lastIndexOf('\n', at) + 1, lineEnd(source, at));
}

/** Which line a place is in; asked in the order of the text. */
export function countLines(source: string, firstLine: number): (at: number) => number {
  let [known, line] = [0, firstLine];
  return (at) => {
    if (at < known) [known, line] = [0, firstLine];
    for (; known < at; known += 1) if (source[known] === '\n') line += 1;
    return line;
  };
}
