/**
 * Markdown as a page of the manual: roff with the macros of man(7).
 *
 * It knows what our own generated pages are made of, no more: headings, paragraphs, lists, tables and fences, each a block between empty lines.
 */

/** What a page is called, and what is told of it in its head and foot. */
export interface ManualTitle {
  readonly name: string;
  /** 1: programs, 5: files. */
  readonly section: 1 | 5;
  readonly summary: string;
  readonly version: string;
  /** As in 2026-11-30. */
  readonly date: string;
}

/** Characters that roff would read, or set as another one: see groff_char(7). */
const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\e',
  '-': '\\-',
  "'": '\\(aq',
  '`': '\\(ga',
  '^': '\\(ha',
  '~': '\\(ti',
};

function escapeText(text: string): string {
  return text
    .replaceAll(/[\\\-'`^~]/g, (character) => ESCAPES[character]!)
    .replaceAll(/[^\n -~]/gu, (character) => `\\[u${hex(character)}]`);
}

function hex(character: string): string {
  return character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0');
}

/** A line of text that is no request, whatever it begins with. */
function textLine(line: string): string {
  return line.startsWith('.') ? `\\&${line}` : line;
}

/** Prose with `code`, **strong** and [links](URL), of which the words stay. */
function inline(markdown: string): string {
  const parts = markdown
    .replaceAll(/\[([^\]]+)\]\([^)\s]+\)/g, '$1')
    .split(/(`[^`]+`|\*\*[^*]+\*\*)/);
  const set = parts.map((part) => {
    // What is code within strong words is as strong as they are.
    const strong = /^(?:`[^`]+`|\*\*[^*]+\*\*)$/.test(part);
    return strong ? `\\fB${escapeText(part.replaceAll(/`|\*\*/g, ''))}\\fR` : escapeText(part);
  });
  return textLine(set.join(''));
}

function quoted(text: string): string {
  return `"${text.replaceAll('"', '\\(dq')}"`;
}

function fence(block: string): readonly string[] {
  const lines = block
    .split('\n')
    .slice(1, -1)
    .map((line) => textLine(escapeText(line)));
  return ['.PP', '.RS 4', '.EX', ...lines, '.EE', '.RE'];
}

/** A table as a list: its first column is the term, its last what is said of it, and what stands between is named by its head. */
function table(block: string): readonly string[] {
  const [head, , ...rows] = block.split('\n').map(cells);
  return rows.flatMap(([term = '', ...others]) => {
    const meaning = others.pop() ?? '';
    const between = others
      .map((cell, index) => (cell === '' ? '' : `${head![index + 1]}: ${cell}.`))
      .filter(Boolean);
    return ['.TP', inline(term), ...[meaning, ...between].filter(Boolean).map(inline)];
  });
}

function cells(row: string): readonly string[] {
  const inner = row.slice(1, -1).split(/(?<!\\)\|/);
  return inner.map((cell) => cell.trim().replaceAll('\\|', '|'));
}

function list(block: string): readonly string[] {
  return block.split(/\n?^- /m).slice(1).flatMap((item) => ['.IP \\(bu 2', inline(item)]); // prettier-ignore
}

function heading(block: string): readonly string[] {
  const [, marks, words] = /^(#+) (.+)$/.exec(block)!;
  const text = escapeText(words!.replaceAll('`', ''));
  return marks === '##' ? [`.SH ${quoted(text.toUpperCase())}`] : [`.SS ${quoted(text)}`];
}

function renderBlock(block: string): readonly string[] {
  if (block.startsWith('<!--') || block.startsWith('# ')) return [];
  if (block.startsWith('#')) return heading(block);
  if (block.startsWith('```')) return fence(block);
  if (block.startsWith('|')) return table(block);
  if (block.startsWith('- ')) return list(block);
  return ['.PP', inline(block)];
}

/** Blocks are parted by empty lines, of which a fence can have some of its own. */
function blocksOf(markdown: string): readonly string[] {
  return markdown.split(/(^```[^]*?^```$)|\n{2,}/m).flatMap((block) => block?.trim() || []);
}

/** The page as roff. Comments and the main heading, of which the name takes the place, are left out. */
export function renderManual(title: ManualTitle, markdown: string): string {
  const { name, section, summary, version, date } = title;
  const lines = blocksOf(markdown).flatMap(renderBlock);
  return [
    `.TH ${quoted(name.toUpperCase())} ${section} ${date} "Holdfast ${version}"`,
    '.SH NAME',
    `${name} \\- ${escapeText(summary)}`,
    // A heading parts as well as a paragraph does.
    ...lines.filter((line, index) => line !== '.PP' || !/^\.S[HS] /.test(lines[index - 1] ?? '')),
    '',
  ].join('\n');
}
