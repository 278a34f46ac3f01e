// As much of YAML as commands need: keys, lists, and texts in each of their forms.

/** A key with its value, as far as commands need it. */
export interface Entry {
  readonly key: string;
  /** Which table it stands in. */
  readonly table: number;
  readonly value: Value;
  readonly first: number;
  readonly last: number;
}

export interface Item {
  readonly text: string;
  /** How many lines behind the key. */
  readonly line: number;
}

type Value =
  | { readonly kind: 'list'; readonly items: readonly Item[] }
  | { readonly kind: 'text'; readonly text: string; readonly isBlock: boolean };

const KEY = /^(\s*(?:- +)*)(?:"([^"]+)"|'([^']+)'|([\w.-]+))\s*:(?:\s+(.*))?$/;

interface OpenTable {
  readonly indent: number;
  readonly table: number;
}

/** The keys of a text with their values; what a table of commands says is no key of it. */
export function readEntries(text: string, firstLine: number): readonly Entry[] {
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

/** A list in brackets, which may go on in the lines below. */
export function readFlow(lines: readonly string[], at: number, start: string) {
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

export function unquote(written: string): string {
  const text = written.trim();
  const [, double] = /^"((?:[^"\\]|\\[\s\S])*)"$/.exec(text) ?? [];
  if (double !== undefined) return double.replaceAll(/\\([\s\S])/g, '$1');
  const [, single] = /^'((?:[^']|'')*)'$/.exec(text) ?? [];
  return single === undefined ? text.replace(/\s+#.*$/, '') : single.replaceAll("''", "'");
}
