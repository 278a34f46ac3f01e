import { HOLDFAST_EXIT } from '../../exit-codes.ts';
import { defineCommand, HELP_OPTION, JSON_OPTION } from '../words/command.ts';
import { USAGE } from '../words/exit-meanings.ts';

export const run = defineCommand({
  name: 'run',
  summary: "keep one connection up in the foreground, from ssh's own arguments",
  about: [
    "Needs no file and no supervisor. Holdfast's own options come first; from the first other word on everything is ssh's. Ends with Ctrl-C, or when ssh never will come up.",
  ],
  operands: [],
  foreignWords: 'SSH-ARGUMENTS... HOST',
  options: {
    name: { takes: 'NAME', summary: 'how the tunnel is called in the output (the host)' },
    heartbeat: {
      takes: 'KIND',
      choices: ['mux', 'none'],
      summary: 'how the connection is asked whether it still carries traffic (mux)',
    },
    poll: { takes: 'TIME', summary: 'the time between two probes (5s)' },
    level: {
      takes: 'LEVEL',
      choices: ['debug', 'info', 'warning', 'error'],
      summary: 'print events of this level and above (info)',
    },
    ...JSON_OPTION,
    ...HELP_OPTION,
  },
  examples: [
    {
      line: 'holdfast run -p 2222 -L 5432:db:5432 bastion',
      does: 'a port of a database, kept open',
    },
    { line: 'holdfast run --json -D 1080 gw', does: 'the events as JSON, one a line' },
  ],
  exits: [
    { status: HOLDFAST_EXIT.ok, when: 'ended on purpose' },
    { status: HOLDFAST_EXIT.error, when: 'the tunnel has failed' },
    USAGE,
  ],
  json: 'a `FleetEvent` a line',
});
