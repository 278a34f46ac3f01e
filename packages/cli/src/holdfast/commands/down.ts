import {
  defineCommand,
  HELP_OPTION,
  JSON_OPTION,
  NAMES,
  SAME_CONFIG_OPTION,
} from '../words/command.ts';
import { DONE, NOT_DONE, UNREACHABLE, USAGE } from '../words/exit-meanings.ts';

export const down = defineCommand({
  name: 'down',
  summary: 'end tunnels; without names, all of them and the supervisor',
  about: [
    'Returns when every ssh is gone. If no supervisor is running there is nothing to do, and that is not an error.',
    'Without names, a supervisor that does not answer is ended by a signal: the very process that has its lock.',
  ],
  operands: [NAMES],
  options: { ...SAME_CONFIG_OPTION, ...JSON_OPTION, ...HELP_OPTION },
  examples: [
    { line: 'holdfast down', does: 'end all tunnels and the supervisor' },
    { line: "holdfast down 'db-*'", does: 'end some of them; the supervisor stays' },
  ],
  exits: [{ ...DONE, when: 'done, or nothing was running' }, NOT_DONE, USAGE, UNREACHABLE],
  json: '`{ "tunnels": [NAME...], "supervisorEnded": true | false }`',
});
