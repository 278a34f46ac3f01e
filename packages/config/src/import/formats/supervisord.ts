import { readAssignments, readCommand } from '../commands/autossh-command.ts';
import { atLines, type Found, joinFound, NOTHING, withNotes } from '../found.ts';
import type { Field } from '../shell/shell-variables.ts';
import { readShellWord } from '../shell/shell-words.ts';
import { type Quoting, splitWords } from '../shell/split-words.ts';

interface Program {
  readonly settings: Map<string, { value: string; first: number; last: number }>;
}

/**
 * Finds the tunnels among the programs of supervisord.
 *
 * @see http://supervisord.org/configuration.html#program-x-section-settings
 */
export function readSupervisord(text: string, firstLine = 1): Found {
  const { programs, lines } = readPrograms(text, firstLine);
  const found = joinFound(programs.map(readProgram));
  return { ...found, lines: [...found.lines, ...lines] };
}

function readPrograms(text: string, firstLine: number) {
  const programs: Program[] = [];
  const lines: number[] = [];
  let key: string | undefined;
  for (const [index, written] of text.split('\n').entries()) {
    const at = firstLine + index;
    const line = written.replace(/(?:^|\s);.*$/, '');
    const settings = programs.at(-1)?.settings;
    const [, name, value] = /^(\w+)\s*[=:]\s*(.*)$/.exec(line) ?? [];
    const before = key === undefined ? undefined : settings?.get(key);
    if (/^\s*\[/.test(line)) {
      programs.push({ settings: new Map() });
      lines.push(at);
      key = undefined;
    } else if (/^\s/.test(line) && line.trim() !== '' && before !== undefined) {
      settings!.set(key!, { ...before, value: `${before.value} ${line.trim()}`, last: at });
    } else if (name !== undefined) {
      key = name;
      settings?.set(name, { value: value!.trim(), first: at, last: at });
      if (name !== 'command') lines.push(at);
    }
  }
  return { programs, lines };
}

function readProgram({ settings }: Program): Found {
  const command = settings.get('command');
  if (command === undefined) return NOTHING;
  const environment = readAssignments(splitEnvironment(settings.get('environment')?.value ?? ''));
  const words = splitWords(command.value, COMMAND);
  const read =
    'wrong' in words
      ? { ...NOTHING, faults: [`${JSON.stringify(command.value)} ${words.wrong}`] }
      : readCommand(words.value.map(asField), environment);
  const found = atLines(read, command.first, command.last);
  const user = settings.get('user')?.value;
  const notes = user === undefined ? [] : [`supervisord ran it as user ${user}`];
  const isOff = /^(?:false|no|off|0)$/i.test(settings.get('autostart')?.value ?? '');
  if (isOff) notes.push('supervisord did not start it automatically (autostart)');
  return withNotes(found, notes);
}

/** As Python's shlex: no shell is asked. */
const COMMAND: Quoting = {
  end: /\s/,
  unescape(character, quote) {
    if (quote === "'") return undefined;
    return quote === '' || '"\\'.includes(character) ? character : undefined;
  },
};

/** `%(ENV_X)s` is filled in from the environment of supervisord; `%%` is a percent sign. */
function asField(text: string): Field {
  const [unknown = ''] = text.replaceAll('%%', '').match(/%\(\w+\)[a-z]/) ?? [];
  return { text: text.replaceAll('%%', '%'), unknown };
}

/** `A="b",C='d e'` */
function splitEnvironment(value: string): readonly string[] {
  const words: string[] = [];
  for (const [, name, written] of value.matchAll(/(\w+)=("[^"]*"|'[^']*'|[^,]*)/g)) {
    const read = readShellWord(written!.trim(), 0, new Map());
    words.push(`${name}=${read?.fields[0]?.text ?? ''}`);
  }
  return words;
}
