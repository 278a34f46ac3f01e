import { defineCommand, HELP_OPTION } from '../words/command.ts';
import { DONE, USAGE } from '../words/exit-meanings.ts';

export const chart = defineCommand({
  name: 'chart',
  summary: "print the state chart that runs every tunnel, as JSON for Stately's editor",
  about: [],
  operands: [],
  options: { ...HELP_OPTION },
  examples: [{ line: 'holdfast chart > tunnel.json', does: 'keep the chart' }],
  exits: [DONE, USAGE],
});
