import { wrapText } from '../terminal/wrap-text.ts';
import { formatUsage, isShown, type Command, type OptionSpec } from './command.ts';

const COLUMNS = 80;

/** What `holdfast --help` prints. */
export function formatOverview(commands: readonly Command[]): string {
  const rows = commands.filter(isShown).map(({ name, summary }) => [name, summary] as const);
  return [
    'usage: holdfast COMMAND [OPTIONS] [WORDS...]',
    'Holdfast keeps SSH connections up: it starts ssh, notices when it is dead or stuck, and starts it again.',
    ['Commands', ...formatRows(rows)].join('\n'),
    "Tunnels are named by name, by glob ('db-*') or by tag (tag:web).",
    [
      'Options',
      ...formatRows([
        ['--help', 'show this help and exit; after a command: help for that command'],
        ['--version', 'show the version and exit'],
      ]),
    ].join('\n'),
    [
      'Exit status',
      ...formatRows([
        ['0', 'done'],
        ['1', 'it failed'],
        ['2', 'invalid command line'],
        ['3', 'no supervisor is running'],
        ['4', 'the tunnels file has errors'],
        ['5', 'done, but not every named tunnel is healthy'],
      ]),
    ].join('\n'),
    [
      'Examples',
      '  holdfast up --wait 30s',
      '  holdfast status --watch',
      '  holdfast run -L 5432:db:5432 bastion',
    ].join('\n'),
  ]
    .map(wrapPlain)
    .join('\n\n')
    .concat('\n');
}

/** What `holdfast COMMAND --help` prints. */
export function formatHelp(command: Command): string {
  const sections = [
    ['Options', formatRows(optionRows(command))],
    ['Exit status', formatRows(command.exits.map(({ status, when }) => [String(status), when]))],
    ['Examples', command.examples.flatMap(({ line, does }) => [`  ${line}`, `      ${does}`])],
  ] as const;
  return [
    `usage: ${formatUsage(command)}`,
    `${command.summary[0]!.toUpperCase()}${command.summary.slice(1)}.`,
    ...command.about,
  ]
    .map(wrapPlain)
    .concat(sections.map(([title, rows]) => [title, ...rows].join('\n')))
    .join('\n\n')
    .concat('\n');
}

/** `[left, right]` of each option of a command. */
export function optionRows({ options }: Command): readonly (readonly [string, string])[] {
  return Object.entries(options).map(([name, spec]) => [
    optionWords(name, spec),
    spec.choices === undefined ? spec.summary : `${spec.summary}: ${spec.choices.join(', ')}`,
  ]);
}

function optionWords(name: string, { short, takes }: OptionSpec): string {
  const long = takes === undefined ? `--${name}` : `--${name} ${takes}`;
  return short === undefined ? long : `-${short}, ${long}`;
}

function wrapPlain(text: string): string {
  if (text.includes('\n')) return text;
  const rest = text.startsWith('usage: ') ? ' '.repeat(9) : '';
  return wrapText(text, { columns: COLUMNS, first: '', rest }).join('\n');
}

/** Two columns. */
function formatRows(rows: readonly (readonly [string, string])[]): readonly string[] {
  const width = Math.max(...rows.map(([left]) => left.length)) + 4;
  const rest = ' '.repeat(width);
  return rows.flatMap(([left, right]) =>
    wrapText(right, { columns: COLUMNS, first: `  ${left}`.padEnd(width), rest }),
  );
}
