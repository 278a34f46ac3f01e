import { HOLDFAST_EXIT } from '../../exit-codes.ts';
import { defineCommand, HELP_OPTION, JSON_OPTION, NAMES } from '../words/command.ts';
import { DONE, USAGE } from '../words/exit-meanings.ts';

export const LOG_LINES = 50;

export const logs = defineCommand({
  name: 'logs',
  summary: 'show what happened',
  about: [
    'Reads the event log, also when no supervisor is running. Without names: all events, also those that concern no single tunnel. Times are local.',
  ],
  operands: [NAMES],
  options: {
    follow: { short: 'f', summary: 'go on with what happens from now on, until Ctrl-C' },
    lines: { short: 'n', takes: 'COUNT', summary: `the last COUNT events (${LOG_LINES})` },
    since: { takes: 'TIME', summary: 'events of the last TIME: 10m, 1h, 2d; all of them' },
    level: {
      takes: 'LEVEL',
      choices: ['debug', 'info', 'warning', 'error'],
      summary: 'this level and above (info)',
    },
    ...JSON_OPTION,
    ...HELP_OPTION,
  },
  examples: [
    { line: 'holdfast logs', does: `the last ${LOG_LINES} events` },
    { line: 'holdfast logs -f db', does: 'one tunnel, live' },
    { line: 'holdfast logs --since 1h --level warning', does: 'what went wrong in the last hour' },
  ],
  exits: [
    DONE,
    { status: HOLDFAST_EXIT.error, when: 'there is no log, or it cannot be read' },
    USAGE,
  ],
  json: 'a `FleetEvent` a line',
});
