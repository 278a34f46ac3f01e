import { readAssignments, readImage } from '../commands/autossh-command.ts';
import type { Environment } from '../commands/autossh-settings.ts';
import { readScript } from '../shell/script.ts';
import { readBoth } from './dockerfile.ts';
import { atLines, type Found, isFound, joinFound, type ReadText, withoutLines } from '../found.ts';
import { shellCommands } from '../shell/shell-commands.ts';
import { readEntries, readFlow, unquote, type Entry, type Item } from './yaml.ts';

/** Keys whose list is one command, a word an item. */
const ONE_COMMAND = new Set(['command', 'entrypoint', 'args', 'argv', 'cmd', 'exec']);

/** Keys that tell a container of an image what to do, where it has no command. */
const IMAGE_KEYS = new Set(['image', 'environment', 'env']);

/** Keys that name things, and start nothing. */
const NAMES = new Set(['name', 'container_name', 'hostname', 'image', 'description', 'title']);

/**
 * Finds the tunnels in YAML: commands of Compose, Kubernetes, cloud-init and Ansible, and the files that those write.
 *
 * Only what commands need of YAML is known: keys, lists, and texts in each of their forms.
 */
export function readYaml(text: string, firstLine: number, readText: ReadText): Found {
  const entries = readEntries(text, firstLine);
  const tables = new Map<number, Entry[]>();
  for (const entry of entries) {
    tables.set(entry.table, [...(tables.get(entry.table) ?? []), entry]);
  }
  const found = joinFound([...tables.values()].map((table) => readTable(table, readText)));
  // A key with nothing behind it names a service.
  const labels = text
    .split('\n')
    .flatMap((line, index) => (/^\s*(?:- )?[\w-]+:\s*$/.test(line) ? [firstLine + index] : []));
  return isFound(found) ? { ...found, lines: [...found.lines, ...labels] } : found;
}

function readTable(entries: readonly Entry[], readText: ReadText): Found {
  const found = readCommands(entries, readText);
  const names = entries.filter(({ key }) => NAMES.has(key)).flatMap(({ first }) => [first]);
  return isFound(found) ? { ...found, lines: [...found.lines, ...names] } : found;
}

function readCommands(entries: readonly Entry[], readText: ReadText): Found {
  const of = (...keys: readonly string[]) => entries.find(({ key }) => keys.includes(key));
  const environment = readEnvironment(of('environment', 'env'));
  const program = of('entrypoint') ?? of('command');
  const words = program?.key === 'entrypoint' ? of('command', 'args') : of('args');
  const isPair = program !== undefined && words !== undefined;
  const pair = isPair ? [program, words] : [];
  const found = entries
    .filter((entry) => !pair.includes(entry))
    .map((entry) => readEntry(entry, environment, readText));
  const image = of('image');
  if (image?.value.kind === 'text' && program === undefined) {
    const lines = entries.filter(({ key }) => IMAGE_KEYS.has(key));
    const ends = [
      Math.min(...lines.map(({ first }) => first)),
      Math.max(...lines.map(({ last }) => last)),
    ] as const;
    found.push(atLines(readImage(image.value.text, environment), ...ends));
  }
  if (!isPair) return joinFound(found);
  const both = readBoth(commandOf(program), commandOf(words), environment);
  const [first, last] = [Math.min(program.first, words.first), Math.max(program.last, words.last)];
  return joinFound([...found, atLines(both, first, last)]);
}

function readEntry(
  { key, value, first, last }: Entry,
  environment: Environment,
  readText: ReadText,
): Found {
  if (value.kind === 'text' && value.isBlock) return readText(value.text, first + 1);
  if (value.kind === 'list' && !ONE_COMMAND.has(key)) {
    return joinFound(value.items.map((item) => readItem(item, first)));
  }
  return atLines(readBoth(undefined, commandOf({ value }), environment), first, last);
}

/** An item of a list of commands: a text, or the words of one. */
function readItem({ text, line }: Item, first: number): Found {
  const [at, end] = [first + line, first + line + text.trimEnd().split('\n').length - 1];
  const words = text.startsWith('[') ? readFlow([text], 0, text).value.items : undefined;
  const read =
    words === undefined
      ? readScript(text, 1, new Map())
      : readBoth(undefined, { words: words.map((item) => item.text) }, {});
  return atLines(withoutLines(read), at, end);
}

function commandOf({ value }: Pick<Entry, 'value'>) {
  if (value.kind === 'list') return { words: value.items.map((item) => unescape(item.text)) };
  const text = unescape(value.text);
  const parts = [...shellCommands(text, new Map())];
  const [only] = parts;
  // A text of one command without variables is as good as its words.
  if (parts.length !== 1 || only?.kind !== 'command') return { line: text };
  const isKnown = only.fields.every(({ unknown }) => unknown === '');
  return isKnown ? { words: only.fields.map((field) => field.text) } : { line: text };
}

/** Compose itself fills in what has one dollar sign. */
function unescape(text: string): string {
  return text.replaceAll('$$', '$');
}

function readEnvironment(entry: Entry | undefined): Environment {
  if (entry === undefined) return {};
  if (entry.value.kind === 'list')
    return readAssignments(entry.value.items.map(({ text }) => text));
  const pairs = entry.value.text.matchAll(/^\s*([A-Za-z_]\w*)\s*:\s*(.*?)\s*$/gm);
  return readAssignments([...pairs].map(([, name, value]) => `${name}=${unquote(value!)}`));
}
