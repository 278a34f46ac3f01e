import { HOLDFAST_EXIT } from '../../exit-codes.ts';
import { defineCommand, HELP_OPTION, JSON_OPTION } from '../words/command.ts';
import { DONE, USAGE } from '../words/exit-meanings.ts';

export const importTunnels = defineCommand({
  name: 'import',
  summary: 'turn autossh command lines and ssh_config forwards into tunnels, as TOML',
  about: [
    'Reads what keeps tunnels up so far: scripts, crontabs, systemd units, files of Compose, Dockerfiles, supervisord.conf, property lists of launchd, NixOS and OpenWrt configurations, or an ssh_config; from each FILE, or from stdin if FILE is "-" or missing. An autossh or ssh command line can also be given as it is, behind "--".',
    'Variables that the same file sets are filled in. What nobody can know without running the script is left out, and each line that mentions a tunnel and is not one in the output is told on stderr, with its number.',
    'Prints what belongs into the tunnels file. Nothing is written, and nothing is started. Names and ports that are taken are avoided: by the file that the output is appended to (>> FILE), else by the usual one.',
  ],
  operands: [{ label: 'FILE', kind: 'file', isOptional: true, isRepeated: true }],
  options: { ...JSON_OPTION, ...HELP_OPTION },
  examples: [
    { line: 'holdfast import /etc/systemd/system/tunnel.service', does: 'a unit of systemd' },
    { line: 'holdfast import start.sh >> ~/.config/holdfast/tunnels.toml', does: 'a script' },
    { line: 'crontab -l | holdfast import', does: 'the lines of a crontab' },
    { line: 'holdfast import ~/.ssh/config', does: 'LocalForward and RemoteForward entries' },
    {
      line: 'holdfast import -- autossh -M 0 -N -L 5432:db:5432 gw',
      does: 'one command line',
    },
  ],
  exits: [
    {
      ...DONE,
      when: 'there is at least one tunnel, if only in the tunnels file already; what could not be taken over is said',
    },
    { status: HOLDFAST_EXIT.error, when: 'there is no tunnel in it, or it cannot be read' },
    USAGE,
  ],
  json: '`{ "toml", "tunnels": COUNT, "notes": [SENTENCE...] }`',
});
