import { tunnelMachine } from '@holdfast/machines';
import { parseArgs } from 'node:util';
import { HOLDFAST_EXIT } from '../exit-codes.ts';
import { VERSION } from '../version.ts';

const HELP = `usage: holdfast <command>

Holdfast keeps SSH connections up. For one connection, use autossh (autossh --help).

Commands
  chart     print the state chart that runs every tunnel, as JSON for Stately's editor

Options
  --version  print the version and end
  --help     print this and end

Exit status: 0 done, 2 the command line makes no sense.

Example
  holdfast chart > tunnel.json
`;

/** The program `holdfast`; returns its exit status. */
export function holdfast(words: readonly string[]): number {
  const { positionals, values } = readWords(words);
  if (values.version === true) return say(`holdfast ${VERSION}\n`);
  if (values.help === true) return say(HELP);
  const [command] = positionals;
  if (command === 'chart') return say(`${JSON.stringify(tunnelMachine.config, null, 2)}\n`);
  process.stderr.write(
    command === undefined ? HELP : `holdfast: no command "${command}"; try 'holdfast --help'\n`,
  );
  return HOLDFAST_EXIT.usage;
}

function readWords(words: readonly string[]) {
  return parseArgs({
    args: [...words],
    allowPositionals: true,
    strict: false,
    options: { version: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
  });
}

function say(text: string): number {
  process.stdout.write(text);
  return HOLDFAST_EXIT.ok;
}

process.exitCode = holdfast(process.argv.slice(2));
