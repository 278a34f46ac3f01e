import type { WhyReport } from '@holdfast/engine';
import { HOLDFAST_EXIT } from '../../exit-codes.ts';
import type { ContextOf } from '../body.ts';
import { stateCell } from '../status/state-cell.ts';
import { formatLocalTime } from '../terminal/format-span.ts';
import type { Paint } from '../terminal/paint.ts';
import { printable } from '../terminal/printable.ts';
import { sayJson } from '../terminal/say.ts';
import { wrapText } from '../terminal/wrap-text.ts';
import { askSupervisor } from './supervisor.ts';

export async function runWhy(context: ContextOf<'why'>): Promise<number> {
  const { values, operands, terminal } = context;
  const name = operands[0]!;
  const report = await askSupervisor(context, (client) => client.why(name));
  if (values.json === true) sayJson(terminal, report);
  else terminal.out(`${formatWhy(report, terminal.columns(), terminal.paint).join('\n')}\n`);
  return HOLDFAST_EXIT.ok;
}

/** The report as paragraphs, with the history below. */
export function formatWhy(report: WhyReport, columns: number, paint: Paint): readonly string[] {
  const { status, sentences, history } = report;
  const { text, style } = stateCell(status);
  const state = style === undefined ? text : paint(style, text);
  return [
    `${paint('bold', printable(status.name))} (${printable(status.host)}): ${state}`,
    ...sentences.flatMap((sentence) => ['', ...wrapText(printable(sentence), { columns })]),
    ...(history.length === 0 ? [] : ['', paint('dim', 'What happened lately')]),
    ...history.flatMap(({ at, sentence }) => {
      const first = `${formatLocalTime(at)}  `;
      return wrapText(printable(sentence), { columns, first, rest: ' '.repeat(first.length) });
    }),
  ];
}
