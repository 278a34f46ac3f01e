import { HOLDFAST_EXIT } from '../../exit-codes.ts';
import { defineCommand, HELP_OPTION, NAME } from '../words/command.ts';
import { USAGE } from '../words/exit-meanings.ts';

export const report = defineCommand({
  name: 'report',
  summary: 'write down what a tunnel did, for a bug report',
  about: [
    'Writes a file with the recording of one tunnel and the versions of holdfast, Node and ssh. No supervisor has to run. "holdfast replay" plays it.',
    "Taken out: addresses, users, paths, options, and whatever ssh, servers and commands said that is not a fixed text of theirs. What was taken out reads hidden-1, hidden-2 and so on: the same word has the same number. What stays: the tunnel's name, times, states, settings of the rules, round trips. Look at the file before you send it.",
  ],
  operands: [NAME],
  options: {
    since: { takes: 'TIME', summary: 'the last TIME: 10m, 1h, 2d (1h)' },
    output: { short: 'o', takes: 'FILE', summary: 'another file; - is stdout' },
    'keep-hosts': { summary: 'do not hide the host of the tunnel' },
    ...HELP_OPTION,
  },
  examples: [
    { line: 'holdfast report db', does: 'into holdfast-report-db-DATE.ndjson' },
    { line: 'holdfast report db --since 2d -o - | less', does: 'to look at it' },
  ],
  exits: [
    { status: HOLDFAST_EXIT.ok, when: 'written' },
    {
      status: HOLDFAST_EXIT.error,
      when: 'nothing is on record of it, or the file is there already or cannot be written',
    },
    USAGE,
  ],
});
