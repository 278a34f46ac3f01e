import { CONFIG_OPTION, defineCommand, HELP_OPTION, JSON_OPTION } from '../words/command.ts';
import {
  BAD_FILE_KEPT,
  DONE,
  NOT_DONE,
  NOT_RUNNING,
  UNREACHABLE,
  USAGE,
} from '../words/exit-meanings.ts';

export const reload = defineCommand({
  name: 'reload',
  summary: 'read the file of tunnels again and apply what has changed',
  about: [
    'Only the difference is applied: changed forwards on the running connection, changed hosts by a new ssh, removed tunnels are ended. What did not change is not touched. A file with errors changes nothing.',
  ],
  operands: [],
  options: { ...CONFIG_OPTION, ...JSON_OPTION, ...HELP_OPTION },
  examples: [
    { line: 'holdfast reload', does: 'apply what was edited' },
    { line: 'holdfast reload --config ./tunnels.toml', does: 'go over to another file' },
  ],
  exits: [
    DONE,
    { ...NOT_DONE, when: 'something could not be changed: it says what' },
    USAGE,
    NOT_RUNNING,
    UNREACHABLE,
    BAD_FILE_KEPT,
  ],
  json: 'the `FleetChanges`',
});
