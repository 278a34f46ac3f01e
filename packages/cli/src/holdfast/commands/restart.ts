import {
  defineCommand,
  HELP_OPTION,
  JSON_OPTION,
  NAMES,
  SAME_CONFIG_OPTION,
} from '../words/command.ts';
import { DONE, NOT_DONE, NOT_RUNNING, UNREACHABLE, USAGE } from '../words/exit-meanings.ts';

export const restart = defineCommand({
  name: 'restart',
  summary: 'end the ssh of tunnels and start it again',
  about: ['Starts also tunnels that have stopped or failed. Without names: all that are enabled.'],
  operands: [NAMES],
  options: { ...SAME_CONFIG_OPTION, ...JSON_OPTION, ...HELP_OPTION },
  examples: [
    { line: 'holdfast restart db', does: 'a new connection for one tunnel' },
    { line: 'holdfast restart tag:web', does: 'new ones for all with a tag' },
  ],
  exits: [DONE, NOT_DONE, USAGE, NOT_RUNNING, UNREACHABLE],
  json: '`{ "tunnels": [NAME...] }`',
});
