import { HOLDFAST_EXIT } from '../../exit-codes.ts';
import { defineCommand, HELP_OPTION, JSON_OPTION } from '../words/command.ts';
import { USAGE } from '../words/exit-meanings.ts';

export const replay = defineCommand({
  name: 'replay',
  summary: 'play a recording through the state chart',
  about: [
    'Gives the inputs of a recording to the machine that runs every tunnel, under a clock that moves only with the recording, and prints what the machine does: when, the input, the state it came to, and the transitions that it took. Each state must be the recorded one.',
    'Probes that were answered in time stand together in one line.',
  ],
  operands: [{ label: 'FILE', kind: 'file' }],
  options: {
    steps: { summary: 'every step in a line of its own' },
    open: { summary: 'show it in a browser, on a page that is served until Ctrl-C' },
    quiet: { short: 'q', summary: 'only how it ended' },
    ...JSON_OPTION,
    ...HELP_OPTION,
  },
  examples: [
    { line: 'holdfast replay db.ndjson', does: 'what happened, step by step' },
    { line: 'holdfast replay --quiet db.ndjson', does: 'is it still so with this version?' },
    { line: 'holdfast replay --open db.ndjson', does: 'go through it on the state chart' },
    { line: 'holdfast replay --json db.ndjson', does: 'for programs' },
  ],
  exits: [
    { status: HOLDFAST_EXIT.ok, when: 'every state is the recorded one' },
    {
      status: HOLDFAST_EXIT.error,
      when: 'the file is no recording or damaged, or a state is another than the recorded one',
    },
    USAGE,
  ],
  json: '`{ "name", ...Step }` a line, then `{ "summary": { "tunnels", "steps", "difference" } }`',
});
