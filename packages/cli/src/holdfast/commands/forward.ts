import {
  defineCommand,
  HELP_OPTION,
  JSON_OPTION,
  NAME,
  SAME_CONFIG_OPTION,
} from '../words/command.ts';
import { DONE, NOT_DONE, NOT_RUNNING, UNREACHABLE, USAGE } from '../words/exit-meanings.ts';

export const forward = defineCommand({
  name: 'forward',
  summary: 'open or close a forward of a running tunnel, without a reconnect',
  about: [
    "SPEC is as ssh's -L, -R or -D takes it. Without an option it is a local one; the word local, remote or socks may stand before it.",
    'A forward that was added stays through restarts of the tunnel until it is removed or the supervisor ends. To keep it, write it into the file of tunnels.',
  ],
  operands: [
    { label: 'DO', kind: 'text', choices: ['add', 'remove'] },
    NAME,
    { label: 'KIND', kind: 'text', isOptional: true },
    { label: 'SPEC', kind: 'text', isOptional: true },
  ],
  options: {
    local: { short: 'L', takes: 'SPEC', summary: 'a port or socket here that leads there' },
    remote: { short: 'R', takes: 'SPEC', summary: 'a port or socket there that leads here' },
    socks: { short: 'D', takes: 'SPEC', summary: 'a port here that is a SOCKS proxy' },
    ...SAME_CONFIG_OPTION,
    ...JSON_OPTION,
    ...HELP_OPTION,
  },
  examples: [
    { line: 'holdfast forward add gw -L 8080:web:80', does: 'port 8080 here leads to web' },
    { line: 'holdfast forward add gw remote 0:localhost:80', does: 'the server chooses a port' },
    { line: 'holdfast forward remove gw -L 8080:web:80', does: 'close it again' },
  ],
  exits: [DONE, NOT_DONE, USAGE, NOT_RUNNING, UNREACHABLE],
  json: 'the `OpenedForward`',
});
