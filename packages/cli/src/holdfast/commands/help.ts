import { HOLDFAST_EXIT } from '../../exit-codes.ts';
import { defineCommand, DONE, HELP_OPTION, USAGE } from '../command-line/command.ts';
import { formatHelp, formatOverview } from '../command-line/help.ts';
import { commandNamed } from '../command-line/parse-words.ts';
import type { ContextOf } from '../context.ts';

export const help = defineCommand({
  name: 'help',
  summary: 'say more about a command',
  about: ['The same as "holdfast COMMAND --help".'],
  operands: [{ label: 'COMMAND', kind: 'command', isOptional: true }],
  options: { ...HELP_OPTION },
  examples: [{ line: 'holdfast help up', does: 'all about one command' }],
  exits: [DONE, USAGE],
});

export function runHelp({ operands, terminal, commands }: ContextOf<typeof help>): number {
  const [name] = operands;
  terminal.out(
    name === undefined ? formatOverview(commands) : formatHelp(commandNamed(name, commands)),
  );
  return HOLDFAST_EXIT.ok;
}
