import type { Style } from '../terminal/paint.ts';
import { printable } from '../terminal/printable.ts';
import { count } from '../terminal/say.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { wrapText } from '../terminal/wrap-text.ts';
import type { Finding, Verdict } from './finding.ts';

const STYLES: Readonly<Record<Verdict, Style>> = { ok: 'green', warning: 'yellow', problem: 'red' };
const INDENT = ' '.repeat(9);

/** The findings as lines, and what they come to. */
export function formatFindings(
  findings: readonly Finding[],
  { columns, paint }: Pick<Terminal, 'columns' | 'paint'>,
): readonly string[] {
  const format = (text: string) =>
    wrapText(printable(text), { columns: columns(), first: INDENT, rest: `${INDENT}  ` });
  const lines = findings.flatMap(({ verdict, about, tunnel, sentence, remedy }) => {
    const [first, ...rest] = format(`${tunnel ?? about}: ${sentence}`);
    const mark = paint(STYLES[verdict], verdict) + ' '.repeat(INDENT.length - verdict.length);
    const remedyLines = remedy === undefined ? [] : format(`what to do: ${remedy}`);
    return [mark + first!.slice(INDENT.length), ...rest, ...remedyLines];
  });
  return [...lines, '', summary(findings)];
}

function summary(findings: readonly Finding[]): string {
  const many = (wanted: Verdict) => findings.filter(({ verdict }) => verdict === wanted).length;
  return `${count(many('problem'), 'problem')}, ${count(many('warning'), 'warning')}`;
}
