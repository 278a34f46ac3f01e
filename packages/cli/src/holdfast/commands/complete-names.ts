import { CONFIG_OPTION, defineCommand, HELP_OPTION } from '../words/command.ts';
import { DONE } from '../words/exit-meanings.ts';

export const completeNames = defineCommand({
  name: 'complete-names',
  summary: 'print names and tags of tunnels, for the scripts of "holdfast completion"',
  about: ['Asks the supervisor, or reads the file if none is running. Says nothing about errors.'],
  operands: [],
  options: { ...CONFIG_OPTION, ...HELP_OPTION },
  examples: [{ line: 'holdfast complete-names', does: 'one name or tag a line' }],
  exits: [DONE],
  isHidden: true,
});
