import { readAssignments, readCommand } from '../commands/autossh-command.ts';
import type { Environment } from '../commands/autossh-settings.ts';
import {
  atLines,
  type Found,
  isFound,
  joinFound,
  linesBetween,
  NOTHING,
  withNotes,
} from '../found.ts';
import type { Field } from '../shell/shell-variables.ts';
import { type Quoting, splitWords } from '../shell/split-words.ts';

/** A setting of a unit: `ExecStart=...`. */
interface Setting {
  readonly key: string;
  readonly value: string;
  readonly first: number;
  readonly last: number;
}

interface Unit {
  readonly settings: Setting[];
  /** What stands for `%i`; `undefined`: nobody knows. */
  readonly instance: string | undefined;
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', s: ' ' };

const UNIT: Quoting = {
  end: /\s/,
  unescape: (character) => ESCAPES[character] ?? (/["'\\]/.test(character) ? character : undefined),
};

/** `-`, `@`, `:`, `+`, `!` and `|` in front of the program say how it is run. */
const EXEC_PREFIX = /^[-@:+!|]+/;

/** What `systemctl cat` writes in front of each file; drop-ins, in folders of their own, belong to the unit before. */
const FILE_NAME = /^# \/.*(?<!\.d\/[^/]*)\.service$/;

/**
 * Finds the tunnels in one or more unit files of systemd.
 *
 * @see systemd.service(5), "COMMAND LINES"; systemd.syntax(7)
 */
export function readUnits(text: string, firstLine = 1, file = ''): Found {
  return joinFound(splitUnits(text, firstLine, file).map(readUnit));
}

function splitUnits(text: string, firstLine: number, file: string): readonly Unit[] {
  const units: Unit[] = [];
  const hasNames = text.split('\n').some((line) => FILE_NAME.test(line));
  for (const { line, first, last } of joinLines(text, firstLine)) {
    const isStart = hasNames ? FILE_NAME.test(line) : line.trim() === '[Unit]';
    if (isStart || units.length === 0) {
      units.push({ settings: [], instance: instanceOf(hasNames ? line : file) });
    }
    const [, key, value] = /^([A-Za-z]+)\s*=\s*(.*)$/s.exec(line.trim()) ?? [];
    if (key !== undefined) units.at(-1)!.settings.push({ key, value: value!, first, last });
  }
  return units;
}

/** `tunnel@db.service` is the instance `db`; `tunnel@.service` is none. */
function instanceOf(file: string): string | undefined {
  return /@([^/@]+)\.service$/.exec(file)?.[1];
}

/** Lines, joined where one ends in a backslash; comments between them do not count. */
function joinLines(text: string, firstLine: number) {
  const lines: { line: string; first: number; last: number }[] = [];
  let open: string | undefined;
  let first = firstLine;
  for (const [index, line] of text.split('\n').entries()) {
    const last = firstLine + index;
    if (open === undefined) first = last;
    if (/^\s*[#;]/.test(line)) {
      if (open === undefined) lines.push({ line, first, last });
      continue;
    }
    const whole: string = open === undefined ? line : `${open} ${line.trimStart()}`;
    open = whole.endsWith('\\') ? whole.slice(0, -1) : undefined;
    if (open === undefined) lines.push({ line: whole, first, last });
  }
  const last = firstLine + text.split('\n').length - 1;
  return open === undefined ? lines : [...lines, { line: open, first, last }];
}

function readUnit({ settings, instance }: Unit): Found {
  const environment = readAssignments(
    valuesOf(settings, 'Environment').flatMap(({ value }) => wordsOf(value)),
  );
  const found = valuesOf(settings, 'ExecStart').map(({ value, first, last }) =>
    atLines(readExec(value, { environment, instance }), first, last),
  );
  const findings = joinFound(found);
  // Whatever else a setting says, it starts nothing.
  const plain = settings.filter(({ key }) => !key.startsWith('Exec'));
  const lines = plain.flatMap(({ first, last }) => linesBetween(first, last));
  const all = { ...findings, lines: [...findings.lines, ...lines] };
  return isFound(findings) ? withNotes(all, unitNotes(settings)) : all;
}

/** The settings of a name; an empty one takes back all before it. */
function valuesOf(settings: readonly Setting[], wanted: string): readonly Setting[] {
  const own = settings.filter(({ key }) => key === wanted);
  return own.slice(own.findLastIndex(({ value }) => value === '') + 1);
}

function wordsOf(value: string): readonly string[] {
  const read = splitWords(value, UNIT);
  return 'value' in read ? read.value : [];
}

function unitNotes(settings: readonly Setting[]): readonly string[] {
  const notes = valuesOf(settings, 'EnvironmentFile').map(
    ({ value }) => `variables of the unit are in ${value.replace(/^-/, '')}, which was not read`,
  );
  const user = valuesOf(settings, 'User').at(-1)?.value;
  return user === undefined ? notes : [...notes, `the unit ran it as user ${user}`];
}

/** What is known of a unit. */
interface UnitFacts {
  readonly environment: Environment;
  readonly instance?: string | undefined;
}

/** Reads a command as systemd does. */
export function readExec(value: string, facts: UnitFacts): Found {
  const command = value.replace(EXEC_PREFIX, '');
  const [prefix = ''] = EXEC_PREFIX.exec(value) ?? [];
  const read = splitWords(command, UNIT);
  if ('wrong' in read) {
    return { ...NOTHING, faults: [`${JSON.stringify(command)} ${read.wrong}`] };
  }
  // With an @ the second word is only what the program is called by.
  const words = read.value.filter((_, index) => index !== 1 || !prefix.includes('@'));
  return readCommand(
    words.flatMap((word) => fillIn(word, facts)),
    facts.environment,
  );
}

/** A variable that is a word of its own becomes as many words as it has; `$$` is a dollar. */
function fillIn(word: string, { environment, instance }: UnitFacts): readonly Field[] {
  const [, alone] = /^\$([A-Za-z_]\w*)$/.exec(word) ?? [];
  if (alone !== undefined && Object.hasOwn(environment, alone)) {
    const words = environment[alone]!.split(/\s+/).filter((part) => part !== '');
    return words.map((text) => ({ text, unknown: '' }));
  }
  let unknown = alone === undefined ? '' : word;
  const text = word.replaceAll(
    /\$\$|%%|%h(?=\/)|%[A-Za-z]|\$\{([A-Za-z_]\w*)\}/g,
    (written, name?: string) => {
      if (written === '$$' || written === '%%') return written[0]!;
      if (written === '%h') return '~';
      if (/^%[iI]$/.test(written) && instance !== undefined) return instance;
      if (name !== undefined && Object.hasOwn(environment, name)) return environment[name]!;
      unknown ||= written;
      return written;
    },
  );
  return [{ text, unknown }];
}
