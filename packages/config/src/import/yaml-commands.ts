import { readAssignments, readImage } from './autossh-command.ts';
import type { Environment } from './autossh-settings.ts';
import { readScript } from './script.ts';
import { readBoth } from './dockerfile.ts';
import {
  atLines,
  isFound,
  joinFindings,
  withoutLines,
  type Findings,
  type ReadText,
} from './found-tunnel.ts';
import { shellCommands } from './shell-commands.ts';

/** A key with its value, as far as commands need it. */
interface Entry {
  readonly key: string;
  /** Which table it stands in. */
  readonly table: number;
  readonly value: Value;
  readonly first: number;
  readonly last: number;
}

interface Item {
  readonly text: string;
  /** How many lines behind the key. */
  readonly line: number;
}

type Value =
  | { readonly kind: 'list'; readonly items: readonly Item[] }
  | { readonly kind: 'text'; readonly text: string; readonly isBlock: boolean };

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
export function readYaml(text: string, firstLine: number, readText: ReadText): Findings {
  const entries = readEntries(text, firstLine);
  const tables = new Map<number, Entry[]>();
  for (const entry of entries) {
    tables.set(entry.table, [...(tables.get(entry.table) ?? []), entry]);
  }
  const found = joinFindings([...tables.values()].map((table) => readTable(table, readText)));
  // A key with nothing behind it names a service.
  const labels = text
    .split('\n')
    .flatMap((line, index) => (/^\s*(?:- )?[\w-]+:\s*$/.test(line) ? [firstLine + index] : []));
  return isFound(found) ? { ...found, lines: [...found.lines, ...labels] } : found;
}

function readTable(entries: readonly Entry[], readText: ReadText): Findings {
  const found = readCommands(entries, readText);
  const names = entries.filter(({ key }) => NAMES.has(key)).flatMap(({ first }) => [first]);
  return isFound(found) ? { ...found, lines: [...found.lines, ...names] } : found;
}

function readCommands(entries: readonly Entry[], readText: ReadText): Findings {
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
  if (!isPair) return joinFindings(found);
  const both = readBoth(commandOf(program), commandOf(words), environment);
  const [first, last] = [Math.min(program.first, words.first), Math.max(program.last, words.last)];
  return joinFindings([...found, atLines(both, first, last)]);
}

function readEntry(
  { key, value, first, last }: Entry,
  environment: Environment,
  readText: ReadText,
): Findings {
  if (value.kind === 'text' && value.isBlock) return readText(value.text, first + 1);
  if (value.kind === 'list' && !ONE_COMMAND.has(key)) {
    return joinFindings(value.items.map((item) => readItem(item, first)));
  }
  return atLines(readBoth(undefined, commandOf({ value }), environment), first, last);
}

/** An item of a list of commands: a text, or the words of one. */
function readItem({ text, line }: Item, first: number): Findings {
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

const KEY = /^(\s*(?:- +)*)(?:"([^"]+)"|'([^']+)'|([\w.-]+))\s*:(?:\s+(.*))?$/;

interface OpenTable {
  readonly indent: number;
  readonly table: number;
}

function readEntries(text: string, firstLine: number): readonly Entry[] {
  const lines = text.split('\n').map(withoutComment);
  const entries: Entry[] = [];
  let open: readonly OpenTable[] = [];
  let tables = 0;
  for (let at = 0; at < lines.length; at += 1) {
    const [, lead, ...rest] = KEY.exec(lines[at]!) ?? [];
    if (lead === undefined) continue;
    const [key] = rest.filter((each) => each !== undefined);
    const indent = lead.length;
    const isNew = lead.includes('-');
    open = open.filter((table) => table.indent < indent || (table.indent === indent && !isNew));
    if (open.at(-1)?.indent !== indent) open = [...open, { indent, table: (tables += 1) }];
    const { value, lines: more } = readValue(lines, at, indent, rest[3] ?? '');
    const [first, last] = [firstLine + at, firstLine + at + more];
    if (value !== undefined) {
      entries.push({ key: key!, table: open.at(-1)!.table, value, first, last });
      // The keys of a table are read for themselves, those of an environment are not commands.
      if (value.kind !== 'text' || value.isBlock || more > 0) at += more;
    }
  }
  return entries;
}

function withoutComment(line: string): string {
  return /^\s*#/.test(line) ? '' : line;
}

/** The value behind a key, and how many lines more it has. */
function readValue(lines: readonly string[], at: number, indent: number, written: string) {
  const start = written.trim();
  if (/^[|>][+-]?\d*\s*(?:#.*)?$/.test(start)) return readBlock(lines, at, indent, start);
  if (start.startsWith('[')) return readFlow(lines, at, start);
  if (start === '' || start.startsWith('#')) return readBelow(lines, at, indent);
  const rest = deeper(lines, at, indent);
  const more = rest.findIndex(
    (line) => line.trim() === '' || KEY.test(line) || /^\s*- /.test(line),
  );
  const taken = more === -1 ? rest : rest.slice(0, more);
  const text = unquote([start, ...taken.map((line) => line.trim())].join(' '));
  return { value: { kind: 'text', text, isBlock: false } as const, lines: taken.length };
}

function deeper(lines: readonly string[], at: number, indent: number): readonly string[] {
  let end = at + 1;
  while (end < lines.length && (lines[end]!.trim() === '' || indentOf(lines[end]!) > indent)) {
    end += 1;
  }
  return lines.slice(at + 1, end);
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}

function readBlock(lines: readonly string[], at: number, indent: number, sign: string) {
  const body = deeper(lines, at, indent);
  const least = Math.min(...body.filter((line) => line.trim() !== '').map(indentOf));
  const cut = body.map((line) => line.slice(Number.isFinite(least) ? least : 0));
  const isFolded = sign.startsWith('>');
  // Folded lines are one; to keep the count, the rest stay empty.
  const text = isFolded ? cut.map((line) => line.trim()).join(' ') : cut.join('\n');
  return { value: { kind: 'text', text, isBlock: true } as const, lines: body.length };
}

function readFlow(lines: readonly string[], at: number, start: string) {
  let text = start;
  let more = 0;
  while (!isClosed(text) && more < 200 && at + more + 1 < lines.length) {
    more += 1;
    text += ` ${lines[at + more]!.trim()}`;
  }
  const inner = text.slice(1, text.lastIndexOf(']') === -1 ? undefined : text.lastIndexOf(']'));
  const items = inner.match(/"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^,\s][^,]*/g) ?? [];
  return { value: { kind: 'list', items: items.map(asItem) } as const, lines: more };
}

function asItem(written: string): Item {
  return { text: unquote(written), line: 0 };
}

function isClosed(text: string): boolean {
  return text.replaceAll(/"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'/g, '').includes(']');
}

/** A value may begin in the line below its key. */
function readBelow(lines: readonly string[], at: number, indent: number) {
  const body = deeper(lines, at, indent);
  const next = body.findIndex((line) => line.trim() !== '');
  const line = body[next];
  if (line === undefined || KEY.test(line) || /^\s*- /.test(line))
    return readItems(lines, at, indent);
  if (line.trim().startsWith('[')) {
    const read = readFlow(lines, at + next + 1, line.trim());
    return { ...read, lines: read.lines + next + 1 };
  }
  const text = unquote(body.map((each) => each.trim()).join(' '));
  return { value: { kind: 'text', text, isBlock: false } as const, lines: body.length };
}

/** A list below its key, with the dashes as far in as the key or farther; else the value is a table. */
function readItems(lines: readonly string[], at: number, indent: number) {
  const items: Item[] = [];
  let more = 0;
  for (let next = at + 1; next < lines.length; next += 1) {
    const line = lines[next]!;
    const [, dash, written] = /^(\s*)- +(\S.*)$/.exec(line) ?? [];
    if (line.trim() === '') more += 1;
    else if (written !== undefined && dash!.length >= indent && !isTable(line)) {
      const isBlock = /^[|>][+-]?$/.test(written.trim());
      const block = isBlock ? readBlock(lines, next, dash!.length, written) : undefined;
      const text = block === undefined ? unquote(written) : block.value.text;
      items.push({ text, line: next - at + (isBlock ? 1 : 0) });
      next += block?.lines ?? 0;
      more = next - at;
    } else if (items.length > 0 && indentOf(line) > indent && !KEY.test(line)) {
      const last = items.pop()!;
      items.push({ ...last, text: `${last.text} ${line.trim()}` });
      more = next - at;
    } else break;
  }
  if (items.length > 0) return { value: { kind: 'list', items } as const, lines: more };
  if (!/^\s*(?:- +)?["']?(?:environment|env)["']?:/.test(lines[at]!)) {
    return { value: undefined, lines: 0 };
  }
  const text = deeper(lines, at, indent).join('\n');
  const count = deeper(lines, at, indent).length;
  return { value: { kind: 'text', text, isBlock: false } as const, lines: count };
}

function isTable(line: string): boolean {
  return KEY.test(line) && !/^\s*- +["']/.test(line);
}

function unquote(written: string): string {
  const text = written.trim();
  const [, double] = /^"((?:[^"\\]|\\[\s\S])*)"$/.exec(text) ?? [];
  if (double !== undefined) return double.replaceAll(/\\([\s\S])/g, '$1');
  const [, single] = /^'((?:[^']|'')*)'$/.exec(text) ?? [];
  return single === undefined ? text.replace(/\s+#.*$/, '') : single.replaceAll("''", "'");
}
