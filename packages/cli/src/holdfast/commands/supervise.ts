import { HOLDFAST_EXIT } from '../../exit-codes.ts';
import { CONFIG_OPTION, defineCommand, HELP_OPTION } from '../words/command.ts';
import { BAD_FILE, USAGE } from '../words/exit-meanings.ts';

export const supervise = defineCommand({
  name: 'supervise',
  summary: 'be the supervisor, in the foreground',
  about: [
    'This is the process that "holdfast up" starts in the background. Ends with SIGTERM or SIGINT, and all tunnels with it; a second one ends every ssh at once.',
  ],
  operands: [],
  options: {
    ...CONFIG_OPTION,
    'ready-fd': { takes: 'NUMBER', summary: 'tell on this descriptor when it is ready' },
    ...HELP_OPTION,
  },
  examples: [{ line: 'holdfast supervise', does: 'for a service manager, or to see why it fails' }],
  exits: [
    { status: HOLDFAST_EXIT.ok, when: 'ended on purpose' },
    { status: HOLDFAST_EXIT.error, when: 'it could not be started: it says why' },
    USAGE,
    BAD_FILE,
  ],
  isHidden: true,
});
