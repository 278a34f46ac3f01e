import {
  importTunnels,
  loadTunnels,
  type ExistingTunnel,
  type ImportSource,
} from '@holdfast/config';
import { printableLine } from '@holdfast/text';
import { fstatSync, readFileSync, statSync } from 'node:fs';
import { HOLDFAST_EXIT } from '../../exit-codes.ts';
import { CommandError } from '../command-line/command-error.ts';
import { defineCommand, DONE, HELP_OPTION, JSON_OPTION, USAGE } from '../command-line/command.ts';
import type { ContextOf, Environment } from '../context.ts';
import { sayJson } from '../terminal/say.ts';
import { configPath, readTunnelsText } from '../tunnels-file/read-tunnels.ts';

export const importCommand = defineCommand({
  name: 'import',
  summary: 'turn autossh command lines and ssh_config forwards into tunnels, as TOML',
  about: [
    'Reads whatever keeps tunnels up today: scripts, crontabs, systemd units, Compose files, Dockerfiles, supervisord.conf, launchd property lists, NixOS and OpenWrt configurations, or an ssh_config; from each FILE, or from stdin if FILE is "-" or missing. An autossh or ssh command line can also be given as it is, after "--".',
    'Variables that the same file sets are filled in. What cannot be known without running the script is left out, and stderr names each line that mentions a tunnel but gave none.',
    'Prints what goes into the tunnels file; nothing is written or started. Names and ports are avoided that are taken in the file to which the output is appended (>> FILE), or else in the usual one.',
  ],
  operands: [{ label: 'FILE', kind: 'file', isOptional: true, isRepeated: true }],
  options: { ...JSON_OPTION, ...HELP_OPTION },
  examples: [
    { line: 'holdfast import /etc/systemd/system/tunnel.service', does: 'a systemd unit' },
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
      when: 'at least one tunnel was found, new or already in the tunnels file; stderr says what was left out',
    },
    { status: HOLDFAST_EXIT.error, when: 'no tunnel was found, or a file cannot be read' },
    USAGE,
  ],
  json: '`{ "toml", "tunnels": COUNT, "notes": [SENTENCE...] }`',
});

export function runImport({
  env,
  values,
  operands,
  terminal,
}: ContextOf<typeof importCommand>): number {
  const imported = importTunnels(readSources(operands), { existing: existingTunnels(env) });
  if ('wrong' in imported) throw new CommandError('failed', imported.wrong);
  if (values.json === true) sayJson(terminal, imported);
  else terminal.out(imported.toml);
  for (const note of imported.notes) terminal.err(`${printableLine(note)}\n`);
  return HOLDFAST_EXIT.ok;
}

const STDIN = '-';

/** One word is a file, and so are more if all of them are there; else they are a command line. */
function readSources(operands: readonly string[]): readonly ImportSource[] {
  if (operands.length > 1 && !operands.every(isFile)) return [{ words: operands }];
  return (operands.length === 0 ? [STDIN] : operands).map(readSource);
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

function readSource(file: string): ImportSource {
  try {
    if (file === STDIN) return { text: readFileSync(0, 'utf8') };
    return { text: readFileSync(file, 'utf8'), file };
  } catch (error) {
    const { message } = error as NodeJS.ErrnoException;
    throw new CommandError('failed', `${file} cannot be read: ${message}`);
  }
}

const STDOUT = 1;

/**
 * What is in the file already that the output of `import` is meant for: the file that stdout is appended to, or else the usual one.
 *
 * Of a file that does not load only the names count.
 */
export function existingTunnels(env: Environment): readonly ExistingTunnel[] {
  const text = fstatSync(STDOUT).isFile()
    ? readQuietly(`/proc/self/fd/${STDOUT}`)
    : readQuietly(configPath(env, undefined));
  const { tunnels } = loadTunnels({ text, file: '' });
  return tunnels ?? namesIn(text).map((name) => ({ ...NOTHING_ELSE, name }));
}

const NOTHING_ELSE = { host: '', forwards: [], options: [], enabled: false };

function readQuietly(path: string): string {
  try {
    return readTunnelsText(path);
  } catch {
    return '';
  }
}

function namesIn(text: string): readonly string[] {
  const tables = text.matchAll(/^\s*\[tunnels\.(?:"([^"\n]*)"|([^\]\n.]+))\]/gm);
  return [...tables].map(([, quoted, plain]) => quoted ?? plain!.trim());
}
