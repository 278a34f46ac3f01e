import { HOLDFAST_EXIT } from '../../exit-codes.ts';
import { CONFIG_OPTION, defineCommand, HELP_OPTION, JSON_OPTION, NAMES } from '../words/command.ts';
import { BAD_FILE_KEPT, DONE, NOT_DONE, UNREACHABLE, USAGE } from '../words/exit-meanings.ts';

export const up = defineCommand({
  name: 'up',
  summary: 'start tunnels, and the supervisor if none is running',
  about: [
    'Reads the file of tunnels first: if it has errors they are told, and nothing is changed.',
    'Starts the named tunnels and those they wait for; without names, all that are enabled. A tunnel in backoff is started at once.',
    'With --wait it returns when every named tunnel is healthy; when the time is over it says which is not, why, and what happens next. The tunnels are tried on all the same.',
  ],
  operands: [NAMES],
  options: {
    wait: { takes: 'TIME', summary: 'wait until all are healthy, for this time at most: 30s, 2m' },
    ...CONFIG_OPTION,
    ...JSON_OPTION,
    ...HELP_OPTION,
  },
  examples: [
    { line: 'holdfast up', does: 'start all tunnels that are enabled' },
    { line: 'holdfast up db tag:web --wait 30s', does: 'start these, and wait for them' },
    { line: 'holdfast up --config ./tunnels.toml', does: 'start those of another file' },
  ],
  exits: [
    { ...DONE, when: 'started; with --wait: all are healthy' },
    NOT_DONE,
    USAGE,
    BAD_FILE_KEPT,
    { status: HOLDFAST_EXIT.unhealthy, when: 'with --wait: not all are healthy in time' },
    UNREACHABLE,
  ],
  json: '`{ "tunnels": [NAME...], "supervisor": { "pid", "config", "isNew" } }`; with `--wait` also `"status"`: a `FleetStatus`, and `"isHealthy"`',
});
