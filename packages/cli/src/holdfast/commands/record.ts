import { HOLDFAST_EXIT } from '../../exit-codes.ts';
import { defineCommand, HELP_OPTION, NAMES } from '../words/command.ts';
import { DONE, NOT_RUNNING, UNREACHABLE, USAGE } from '../words/exit-meanings.ts';

export const record = defineCommand({
  name: 'record',
  summary: 'keep a recording of what tunnels do from now on',
  about: [
    'The supervisor records every input of every tunnel all the time, and forgets what is old. This command follows that recording and writes down the part of the named tunnels, from their last checkpoint on, until Ctrl-C. Play it with "holdfast replay".',
    'It is not made for the eyes of others: "holdfast report" makes what can be shown.',
  ],
  operands: [NAMES],
  options: {
    output: { short: 'o', takes: 'FILE', summary: 'a new file, instead of stdout' },
    for: { takes: 'TIME', summary: 'end after this time: 30s, 10m' },
    ...HELP_OPTION,
  },
  examples: [
    { line: 'holdfast record db -o db.ndjson', does: 'until Ctrl-C' },
    { line: 'holdfast record --for 1m | holdfast replay -', does: 'a minute, played at once' },
  ],
  exits: [
    DONE,
    {
      status: HOLDFAST_EXIT.error,
      when: 'there is no such tunnel, no recording, or the file is there already or cannot be written',
    },
    USAGE,
    NOT_RUNNING,
    UNREACHABLE,
  ],
});
