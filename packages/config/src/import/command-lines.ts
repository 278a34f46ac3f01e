import { NEVER_CLOSED, readCommand } from './autossh-command.ts';
import {
  atLines,
  isFound,
  joinFindings,
  linesBetween,
  NOTHING,
  withoutLines,
  type ReadText,
  type Findings,
} from './found-tunnel.ts';
import { shellCommands, type ShellCommand } from './shell-commands.ts';
import { knownValues, variable, type Field, type Variables } from './shell-words.ts';

/** The time in front of a line of a crontab: a word for it, or five fields, of which two may have names. */
const CRON_TIME =
  /^\s*(?:@[a-z]+|(?:[\d*][\d*,/-]*[ \t]+){3}(?:[\dA-Za-z*][\dA-Za-z*,/-]*[ \t]+)[\dA-Za-z*][\dA-Za-z*,/-]*)[ \t]+(?=\S)/;

/** A variable as a crontab sets it, which may have blanks around its `=`, and needs no quotes. */
const CRON_VARIABLE = /^\s*([A-Za-z_]\w*)\s*=\s*(?:"([^"]*)"|'([^']*)'|(.*?))\s*$/s;

/**
 * Finds the tunnels in lines of a shell or of a crontab.
 *
 * A variable counts for the lines behind it, until it is set anew.
 *
 * @see crontab(5)
 */
export function readCommandLines(text: string, firstLine: number, readText: ReadText): Findings {
  const lines = text.split('\n');
  if (lines.some((line) => CRON_TIME.test(line))) return readCrontab(lines, firstLine);
  const variables: Variables = new Map();
  const found = readScript(text, firstLine, variables, readText);
  return joinFindings([found, readOpenRc(text, firstLine, variables)]);
}

/** A service of OpenRC has its command in variables. @see openrc-run(8) */
function readOpenRc(text: string, firstLine: number, variables: Variables): Findings {
  const [program, words] = ['command', 'command_args'].map((name) => variables.get(name)?.fields);
  if (program === undefined || words === undefined) return NOTHING;
  const line = [...program, ...words].map((field) => field.text).join(' ');
  const own = text
    .split('\n')
    .flatMap((each, index) => (/^\s*command(?:_args)?\+?=/.test(each) ? [index] : []));
  const at = firstLine + (own[0] ?? 0);
  return atLines(
    withoutLines(readScript(line, 1, new Map(variables))),
    at,
    firstLine + (own.at(-1) ?? 0),
  );
}

function readCrontab(lines: readonly string[], firstLine: number): Findings {
  const variables: Variables = new Map();
  const found = lines.map((line, index): Findings => {
    const [, name, ...values] = CRON_VARIABLE.exec(line) ?? [];
    if (name !== undefined) {
      variables.set(name, variable(values.find((each) => each !== undefined) ?? ''));
      return { ...NOTHING, lines: [firstLine + index] };
    }
    const isTimed = CRON_TIME.test(line);
    return readScript(isTimed ? cronCommand(line) : line, firstLine + index, new Map(variables));
  });
  return joinFindings(found);
}

/** What stands behind a percent sign is the input of the command. */
function cronCommand(line: string): string {
  const [command] = line.replace(CRON_TIME, '').split(/(?<!\\)%/, 1);
  return command!.replaceAll('\\%', '%');
}

/** Finds the tunnels in a script, whose variables change from line to line. */
export function readScript(
  text: string,
  firstLine: number,
  variables: Variables,
  readText: ReadText = () => NOTHING,
): Findings {
  const found: Findings[] = [];
  const changed = new Set<string>();
  let depth = 0;
  for (const part of shellCommands(text, variables, firstLine)) {
    if (part.kind === 'fault') {
      const isAbout = /\b(?:auto)?ssh\b/.test(part.text);
      const fault = `${JSON.stringify(part.text.trim())} ${NEVER_CLOSED}`;
      if (isAbout) found.push(atLines({ ...NOTHING, faults: [fault] }, part.line, part.line));
    } else if (part.kind === 'text') {
      if (!runsElsewhere(part.reader)) found.push(readText(part.text, part.line));
    } else {
      const { words: fields, nesting } = withoutKeywords(part.fields);
      depth = Math.max(0, depth + nesting);
      const { line, lastLine } = part;
      if (changeVariables(fields, variables, { changed, depth })) {
        found.push({ ...NOTHING, lines: linesBetween(line, lastLine) });
        continue;
      }
      const read = atLines(readCommand(fields, knownValues(variables)), line, lastLine);
      found.push(isFound(read) ? withChoices(read, { text, firstLine, changed }, part) : read);
    }
  }
  return joinFindings(found);
}

/** The commands of a here-document for ssh run at the far end. */
function runsElsewhere({ fields }: ShellCommand): boolean {
  return fields.some(({ text }) => /^(?:.*\/)?ssh$/.test(text));
}

const OPENS = new Set(['if', 'while', 'until', 'for', 'select', 'case', '{']);
const CLOSES = new Set(['fi', 'done', 'esac', '}']);
const BETWEEN = new Set(['then', 'do', 'else', 'elif', '!', 'time', 'in']);

/** A command without the words of the shell in front of it, and how much deeper they lead. */
function withoutKeywords(fields: readonly Field[]) {
  let [at, nesting] = [0, 0];
  for (; at < fields.length; at += 1) {
    const { text } = fields[at]!;
    if (OPENS.has(text)) nesting += 1;
    else if (CLOSES.has(text)) nesting -= 1;
    else if (!BETWEEN.has(text)) break;
    if (text === 'for' || text === 'select' || text === 'case') break;
  }
  return { words: fields.slice(at), nesting };
}

interface Place {
  /** The variables that have more than one value, and which of them counts is not known. */
  readonly changed: Set<string>;
  /** How many conditions and loops are around it. */
  readonly depth: number;
}

/** Does what a command does to variables; `false` if it does something else. */
function changeVariables(fields: readonly Field[], variables: Variables, place: Place): boolean {
  const [first, ...rest] = fields;
  if (first === undefined) return true;
  const word = first.text;
  if (word === 'for' || word === 'select') {
    const name = rest[0]?.text;
    if (name !== undefined) variables.delete(name);
    return true;
  }
  if (word === 'read' || word === 'unset' || word === 'getopts') {
    for (const { text } of rest) variables.delete(text);
    return true;
  }
  const isDeclared = /^(?:export|local|readonly|declare|typeset)$/.test(word);
  const assignments = isDeclared ? rest.filter(({ text }) => !text.startsWith('-')) : fields;
  if (!isDeclared && !assignments.every(({ text }) => ASSIGNMENT.test(text))) return false;
  for (const each of assignments) assign(each, variables, place);
  return true;
}

const ASSIGNMENT = /^([A-Za-z_]\w*)(\+?)=(.*)$/s;

function assign({ text, unknown }: Field, variables: Variables, { changed, depth }: Place): void {
  const [, name, plus, value] = ASSIGNMENT.exec(text) ?? [];
  if (name === undefined) return;
  const before = variables.get(name);
  if (plus === '+' && before !== undefined) {
    const [field] = before.fields;
    const whole = (field?.text ?? '') + value!;
    variables.set(name, variable(whole, field?.unknown || unknown));
    return;
  }
  if (depth > 0 && before !== undefined && before.fields[0]?.text !== value) changed.add(name);
  else changed.delete(name);
  variables.set(name, variable(value!, unknown));
}

interface Script {
  readonly text: string;
  readonly firstLine: number;
  readonly changed: ReadonlySet<string>;
}

/** Says of which variables a script may have chosen another value. */
function withChoices(
  findings: Findings,
  { text, firstLine, changed }: Script,
  { line, lastLine }: ShellCommand,
): Findings {
  if (changed.size === 0) return findings;
  const written = text
    .split('\n')
    .slice(line - firstLine, lastLine - firstLine + 1)
    .join('\n');
  const notes = [...changed]
    .filter((name) => new RegExp(`\\$\\{?${name}\\b`).test(written))
    .map(
      (name) => `line ${line}: ${name} has more than one value in this script: the last is taken`,
    );
  const tunnels = findings.tunnels.map((tunnel) => ({
    ...tunnel,
    notes: [...tunnel.notes, ...notes],
  }));
  return { ...findings, tunnels };
}
