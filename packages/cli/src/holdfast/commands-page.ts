import { formatUsage, isShown, type Command } from './command-line/command.ts';
import { optionRows } from './command-line/help.ts';
import { ALL_COMMANDS } from './commands.ts';
import { JSON_EXAMPLES, JSON_LACKS, WHY_EXAMPLE } from './json-examples.ts';

/**
 * The page about the commands, as Markdown, from the table that their help is made from.
 *
 * @internal
 */
export function renderCommandsPage(): string {
  const commands = ALL_COMMANDS.filter(isShown);
  return [
    '<!-- Written by packages/cli/scripts/write-commands.mjs: change packages/cli/src/holdfast/commands instead. -->',
    '# The commands of `holdfast`',
    'One background process, the supervisor, keeps all tunnels of the [tunnels file](config.md) up. `holdfast up` starts it, the other commands talk to it over a socket that only its user can open.',
    table(
      ['command', 'what it does'],
      commands.map(({ name, summary }) => [`[\`${name}\`](#${name})`, summary]),
    ),
    ...GENERAL,
    ...commands.flatMap(renderCommand),
    ...renderJsonExamples(),
  ].join('\n\n');
}

/** What holds for all commands. */
export const GENERAL: readonly string[] = [
  '## Names',
  "Tunnels are named by name (`db`), by glob (`'db-*'`, `{db,web}-1`) or by tag (`tag:web`), as many as there are. A name that matches no tunnel is an error.",
  '## Exit status',
  table(
    ['status', 'meaning'],
    [
      ['0', 'done'],
      ['1', 'it failed'],
      ['2', 'invalid command line'],
      ['3', 'no supervisor is running'],
      [
        '4',
        'the tunnels file cannot be read, or has errors; with up and reload nothing was changed',
      ],
      ['5', 'done, but not every named tunnel is healthy'],
      [
        '6',
        'a supervisor is running and does not answer: it is stopped, hangs, cannot listen, or has too many connections or no file descriptors left',
      ],
    ],
  ),
  '## JSON',
  'With `--json` a command prints one JSON document on stdout, or one a line if it keeps going. Times are ISO 8601 in UTC. The types `FleetStatus`, `TunnelStatus`, `WhyReport`, `FleetEvent`, `FleetChanges` and `OpenedForward` are [below](#json-types). A failure is a document of its own; the sentence for people still goes to stderr:',
  '```json\n{ "error": { "code": "not-running", "message": "no supervisor is running; start it with: holdfast up" } }\n```',
  'With the code `config-invalid` there is also `locations`: a list of `{ "code", "file", "line", "column", "length", "key", "wrong", "allowed", "nearest"? }`.',
  '## Terminals',
  'Colours are used only where stdout is a terminal, and not if `NO_COLOR` is set or `TERM` is `dumb`; `FORCE_COLOR` wins over both. Tables fit the width of the terminal: columns are cut or left out. Any other output is complete. Control characters in texts from outside are shown as U+FFFD.',
];

/** A command: what it is, its options, exit statuses and examples. */
export function renderCommand(command: Command): readonly string[] {
  const { name, summary, about, exits, examples, json } = command;
  return [
    `## ${name}`,
    `${summary[0]!.toUpperCase()}${summary.slice(1)}.`,
    fence('text', formatUsage(command)),
    ...about,
    table(
      ['option', 'meaning'],
      optionRows(command).map(([words, meaning]) => [`\`${words}\``, meaning]),
    ),
    table(
      ['status', 'when'],
      exits.map(({ status, when }) => [String(status), when]),
    ),
    ...(json === undefined ? [] : [`\`--json\` prints ${json}.`]),
    fence('sh', examples.map(({ line, does }) => `${line}   # ${does}`).join('\n')),
  ];
}

function renderJsonExamples(): readonly string[] {
  return [
    '## JSON types',
    'States are `gating`, `connecting`, `healthy`, `probing`, `backoff`, `stopping`, `stopped` and `failed`; a tunnel is healthy in `healthy` and `probing`, if it is not degraded. A `phase` is `resolving`, `connecting`, `authenticating` or `forwarding`. An `obstacle` is `{ "kind": "tunnels", "names" }` or `{ "kind": "host", "destination", "starting" }`. New keys may come; those that are here stay.',
    ...Object.entries(JSON_EXAMPLES).flatMap(([name, example]) => [
      `\`${name}\`:`,
      fence('json', JSON.stringify(example)),
    ]),
    '`WhyReport`: besides these it has `status`, the one tunnel as in `FleetStatus`.',
    fence('json', JSON.stringify(WHY_EXAMPLE)),
    'What may be missing; every other key is always there, and never `null`:',
    table(['in', 'key', 'is', 'when'], Object.entries(JSON_LACKS).flatMap(lackRows)),
  ];
}

function lackRows([type, lacks]: [string, (typeof JSON_LACKS)[keyof typeof JSON_LACKS]]) {
  return (['absent', 'null'] as const).flatMap((how) =>
    Object.entries(lacks[how]).map(([key, when]) => [`\`${type}\``, `\`${key}\``, how, when]),
  );
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', String.raw`\|`)).join(' | ')} |`)
    .join('\n');
}

export function fence(language: string, text: string): string {
  return `\`\`\`${language}\n${text}\n\`\`\``;
}
