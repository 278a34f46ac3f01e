import { defineCommand, HELP_OPTION } from '../words/command.ts';
import { DONE, USAGE } from '../words/exit-meanings.ts';

export const help = defineCommand({
  name: 'help',
  summary: 'say more about a command',
  about: ['The same as "holdfast COMMAND --help".'],
  operands: [{ label: 'COMMAND', kind: 'command', isOptional: true }],
  options: { ...HELP_OPTION },
  examples: [{ line: 'holdfast help up', does: 'all about one command' }],
  exits: [DONE, USAGE],
});
