import type { WhyReport } from '@holdfast/engine';
import { printableLine } from '@holdfast/text';
import { HOLDFAST_EXIT } from '../../exit-codes.ts';
import { askSupervisor } from '../client/ask-supervisor.ts';
import {
  defineCommand,
  DONE,
  HELP_OPTION,
  JSON_OPTION,
  NAME,
  NOT_RUNNING,
  NOT_TOLD,
  SAME_CONFIG_OPTION,
  UNREACHABLE,
  USAGE,
} from '../command-line/command.ts';
import type { ContextOf } from '../context.ts';
import { stateCell } from '../status/health.ts';
import { formatLocalTime, sayJson } from '../terminal/say.ts';
import type { Paint } from '../terminal/terminal.ts';
import { wrapText } from '../terminal/wrap-text.ts';

export const why = defineCommand({
  name: 'why',
  summary: 'explain the state of a tunnel in sentences',
  about: ['What happened, which rule or class of failure decided, what is next and when.'],
  operands: [NAME],
  options: { ...SAME_CONFIG_OPTION, ...JSON_OPTION, ...HELP_OPTION },
  examples: [{ line: 'holdfast why db', does: 'the story of one tunnel' }],
  exits: [DONE, NOT_TOLD, USAGE, NOT_RUNNING, UNREACHABLE],
  json: 'a `WhyReport`',
});

export async function runWhy(context: ContextOf<typeof why>): Promise<number> {
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
    `${paint('bold', printableLine(status.name))} (${printableLine(status.host)}): ${state}`,
    ...sentences.flatMap((sentence) => ['', ...wrapText(printableLine(sentence), { columns })]),
    ...(history.length === 0 ? [] : ['', paint('dim', 'What happened lately')]),
    ...history.flatMap(({ at, sentence }) => {
      const first = `${formatLocalTime(at)}  `;
      return wrapText(printableLine(sentence), { columns, first, rest: ' '.repeat(first.length) });
    }),
  ];
}
