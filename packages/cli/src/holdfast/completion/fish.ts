import type { Command, OptionSpec } from '../command-line/command.ts';

/**
 * Completion for fish.
 *
 * @see https://fishshell.com/docs/current/cmds/complete.html
 */
export function fishCompletion(commands: readonly Command[]): string {
  const names = commands.map(({ name }) => name).join(' ');
  return [
    '# Completion of holdfast for fish: holdfast completion fish > ~/.config/fish/completions/holdfast.fish',
    'complete -c holdfast -f',
    `set -l commands ${names}`,
    'complete -c holdfast -n "not __fish_seen_subcommand_from $commands" -l help -d "show this help and exit"',
    'complete -c holdfast -n "not __fish_seen_subcommand_from $commands" -l version -d "show the version and exit"',
    ...commands.flatMap(fishCommand),
    '',
  ].join('\n');
}

function fishCommand(command: Command): readonly string[] {
  const { name, summary, options } = command;
  const inside = `complete -c holdfast -n "__fish_seen_subcommand_from ${name}"`;
  return [
    `complete -c holdfast -n "not __fish_seen_subcommand_from $commands" -a ${name} -d ${quoteFish(summary)}`,
    ...Object.entries(options).map(([option, spec]) => `${inside} ${fishOption(option, spec)}`),
    ...fishOperands(command).map((words) => `${inside} ${words}`),
  ];
}

function fishOption(name: string, { short, takes, choices, summary }: OptionSpec): string {
  return [
    `-l ${name}`,
    ...(short === undefined ? [] : [`-s ${short}`]),
    ...(takes === undefined ? [] : ['-r']),
    ...(takes === 'FILE' ? ['-F'] : []),
    ...(choices === undefined ? [] : [`-a ${quoteFish(choices.join(' '))}`]),
    `-d ${quoteFish(summary)}`,
  ].join(' ');
}

function fishOperands({ operands }: Command): readonly string[] {
  return operands.flatMap(({ kind, choices }) => {
    if (choices !== undefined) return [`-a ${quoteFish(choices.join(' '))}`];
    if (kind === 'tunnel') return ['-a "(holdfast complete-names 2>/dev/null)"'];
    if (kind === 'command') return ['-a "$commands"'];
    return kind === 'file' ? ['-F'] : [];
  });
}

function quoteFish(text: string): string {
  return `'${text.replaceAll(/['\\]/g, String.raw`\$&`)}'`;
}
