import { readAssignments, readCommand } from './autossh-command.ts';
import type { Environment } from './autossh-settings.ts';
import { joinFindings, NOTHING, type Findings } from './found-tunnel.ts';
import { splitWords, type Quoting } from './words.ts';

/** A setting of a unit: `ExecStart=...`. */
interface Setting {
  readonly key: string;
  readonly value: string;
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
export function readUnits(text: string): Findings {
  return joinFindings(splitUnits(text).map(readUnit));
}

function splitUnits(text: string): readonly (readonly Setting[])[] {
  const units: Setting[][] = [];
  const hasNames = text.split(/\r?\n/).some((line) => FILE_NAME.test(line));
  for (const line of joinLines(text)) {
    const isStart = hasNames ? FILE_NAME.test(line) : line.trim() === '[Unit]';
    if (isStart || units.length === 0) units.push([]);
    const [, key, value] = /^([A-Za-z]+)\s*=\s*(.*)$/s.exec(line.trim()) ?? [];
    if (key !== undefined) units.at(-1)!.push({ key, value: value! });
  }
  return units;
}

/** Lines, joined where one ends in a backslash; comments between them do not count. */
function joinLines(text: string): readonly string[] {
  const lines: string[] = [];
  let open: string | undefined;
  for (const line of text.split(/\r?\n/)) {
    if (/^\s*[#;]/.test(line)) {
      if (open === undefined) lines.push(line);
      continue;
    }
    const whole = open === undefined ? line : `${open} ${line.trimStart()}`;
    open = whole.endsWith('\\') ? whole.slice(0, -1) : undefined;
    if (open === undefined) lines.push(whole);
  }
  return open === undefined ? lines : [...lines, open];
}

function readUnit(settings: readonly Setting[]): Findings {
  const environment = readAssignments(valuesOf(settings, 'Environment').flatMap(wordsOf));
  const found = valuesOf(settings, 'ExecStart').map((value) => readExec(value, environment));
  const notes = unitNotes(settings);
  const { tunnels, ...rest } = joinFindings(found);
  return {
    ...rest,
    tunnels: tunnels.map((tunnel) => ({ ...tunnel, notes: [...tunnel.notes, ...notes] })),
  };
}

/** The values of a setting; an empty one takes back all before it. */
function valuesOf(settings: readonly Setting[], wanted: string): readonly string[] {
  const values = settings.filter(({ key }) => key === wanted).map(({ value }) => value);
  return values.slice(values.lastIndexOf('') + 1);
}

function wordsOf(value: string): readonly string[] {
  const read = splitWords(value, UNIT);
  return 'value' in read ? read.value : [];
}

function unitNotes(settings: readonly Setting[]): readonly string[] {
  const notes = valuesOf(settings, 'EnvironmentFile').map(
    (file) => `variables of the unit are in ${file}, which was not read`,
  );
  const user = valuesOf(settings, 'User').at(-1);
  return user === undefined ? notes : [...notes, `the unit ran it as user ${user}`];
}

function readExec(value: string, environment: Environment): Findings {
  const command = value.replace(EXEC_PREFIX, '');
  const read = splitWords(command, UNIT);
  if ('wrong' in read) {
    return { ...NOTHING, faults: [`${JSON.stringify(command)} ${read.wrong}`] };
  }
  const words = read.value.flatMap((word) => fillIn(word, environment));
  const findings = readCommand(
    words.map((word) => word.replaceAll('%%', '%')),
    environment,
  );
  const notes = openNotes(words);
  return {
    ...findings,
    tunnels: findings.tunnels.map((tunnel) => ({ ...tunnel, notes: [...tunnel.notes, ...notes] })),
  };
}

/** A variable that is a word of its own becomes as many words as it has; `$$` is a dollar. */
function fillIn(word: string, environment: Environment): readonly string[] {
  const [, alone] = /^\$([A-Za-z_]\w*)$/.exec(word) ?? [];
  if (alone !== undefined && Object.hasOwn(environment, alone)) {
    return environment[alone]!.split(/\s+/).filter((part) => part !== '');
  }
  const filled = word.replaceAll(/\$\$|\$\{([A-Za-z_]\w*)\}/g, (whole, name?: string) => {
    if (name === undefined) return '$';
    return Object.hasOwn(environment, name) ? environment[name]! : whole;
  });
  return [filled];
}

/** What systemd fills in, and nobody else. */
function openNotes(words: readonly string[]): readonly string[] {
  const specifiers = words.flatMap((word) => word.replaceAll('%%', '').match(/%[A-Za-z]/g) ?? []);
  const variables = words.flatMap((word) => word.match(/\$\{\w+\}|^\$\w+$/g) ?? []);
  const open = [...new Set([...specifiers, ...variables])];
  if (open.length === 0) return [];
  return [`systemd would have filled in ${open.join(', ')}: write out what is meant`];
}
