import { HOLDFAST_EXIT } from '../../exit-codes.ts';
import {
  defineCommand,
  HELP_OPTION,
  JSON_OPTION,
  NAMES,
  SAME_CONFIG_OPTION,
} from '../words/command.ts';
import { NOT_TOLD, NOT_RUNNING, UNREACHABLE, USAGE } from '../words/exit-meanings.ts';

export const status = defineCommand({
  name: 'status',
  summary: 'show the tunnels: what is, since when, and what happens next',
  about: [
    'One line for each tunnel, and below it whatever is wrong: what happened, what can be done about it, and when the next start is due. RTT is the smoothed time of an answer from the server, STARTS how often ssh was started.',
    'With --watch the table stays up to date until Ctrl-C. If stdout is no terminal, --watch prints one line for each change.',
  ],
  operands: [NAMES],
  options: {
    watch: { short: 'w', summary: 'keep it up to date until Ctrl-C' },
    ...SAME_CONFIG_OPTION,
    ...JSON_OPTION,
    ...HELP_OPTION,
  },
  examples: [
    { line: 'holdfast status', does: 'all tunnels' },
    { line: 'holdfast status --watch', does: 'the same, live' },
    {
      line: 'holdfast status --json | jq -r \'.tunnels[] | select(.state == "failed").name\'',
      does: 'the names of those that have failed',
    },
  ],
  exits: [
    {
      status: HOLDFAST_EXIT.ok,
      when: 'all named tunnels are healthy (without names: all that are enabled), or --watch was ended',
    },
    NOT_TOLD,
    USAGE,
    NOT_RUNNING,
    UNREACHABLE,
    { status: HOLDFAST_EXIT.unhealthy, when: 'not all of them are healthy' },
  ],
  json: 'a `FleetStatus`; with `--watch` one a line, for each change',
});
