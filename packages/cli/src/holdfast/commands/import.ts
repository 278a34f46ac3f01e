import { HOLDFAST_EXIT } from '../../exit-codes.ts';
import { defineCommand, HELP_OPTION, JSON_OPTION } from '../words/command.ts';
import { DONE, USAGE } from '../words/exit-meanings.ts';

export const importTunnels = defineCommand({
  name: 'import',
  summary: 'turn autossh command lines and ssh_config forwards into tunnels, as TOML',
  about: [
    'Reads a systemd unit, a crontab, an ssh_config or a script with autossh in it: from FILE, or from stdin if FILE is "-" or missing. An autossh command line can also be given as it is, behind "--".',
    'Prints what belongs into the file of tunnels, and on stderr what could not be taken over. Nothing is written, and nothing is started.',
  ],
  operands: [{ label: 'FILE', kind: 'file', isOptional: true, isRepeated: true }],
  options: { ...JSON_OPTION, ...HELP_OPTION },
  examples: [
    { line: 'holdfast import /etc/systemd/system/tunnel.service', does: 'a unit of systemd' },
    { line: 'crontab -l | holdfast import', does: 'the lines of a crontab' },
    { line: 'holdfast import ~/.ssh/config', does: 'LocalForward and RemoteForward entries' },
    {
      line: 'holdfast import -- autossh -M 0 -N -L 5432:db:5432 gw',
      does: 'one command line',
    },
  ],
  exits: [
    { ...DONE, when: 'there is at least one tunnel; what could not be taken over is said' },
    { status: HOLDFAST_EXIT.error, when: 'there is no tunnel in it, or it cannot be read' },
    USAGE,
  ],
  json: '`{ "toml", "tunnels": COUNT, "notes": [SENTENCE...] }`',
});
