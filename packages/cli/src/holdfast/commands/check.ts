import { HOLDFAST_EXIT } from '../../exit-codes.ts';
import { CONFIG_OPTION, defineCommand, HELP_OPTION, JSON_OPTION, NAMES } from '../words/command.ts';
import { BAD_FILE, DONE, USAGE } from '../words/exit-meanings.ts';

export const check = defineCommand({
  name: 'check',
  summary: 'tell what would go wrong, without connecting anywhere',
  about: [
    'Looks at the tunnels file, ssh and its options, the agent, the keys (also those with a passphrase), the host keys, the ports and sockets, and what of ssh_config is in the way: what is here, and what would keep a tunnel from coming up.',
    'It asks ssh for its settings (ssh -G), so ssh_config counts, and programs of Match exec run as at each start of ssh, for 5 s at most; no server and no name server is asked.',
  ],
  operands: [NAMES],
  options: { ...CONFIG_OPTION, ...JSON_OPTION, ...HELP_OPTION },
  examples: [
    { line: 'holdfast check', does: 'everything' },
    { line: 'holdfast check db', does: 'one tunnel' },
  ],
  exits: [
    { ...DONE, when: 'there are no problems; there may be warnings' },
    { status: HOLDFAST_EXIT.error, when: 'there are problems' },
    USAGE,
    BAD_FILE,
  ],
  json: '`{ "findings": [{ "verdict": "ok" | "warning" | "problem", "about", "tunnel"?, "sentence", "remedy"? }] }`',
});
