import { HELP_OPTION, type Command, type Operand, type OptionSpec } from './command.ts';

/** The shape of a command line: `holdfast up [--wait TIME] [--json] [NAME...]`. */
export function formatUsage({ name, options, operands, foreignWords }: Command): string {
  const shown = Object.entries(options).filter(([option]) => !(option in HELP_OPTION));
  return [
    'holdfast',
    name,
    ...shown.map(([option, spec]) => `[${formatOption(option, spec)}]`),
    ...(foreignWords === undefined ? operands.map(formatOperand) : [foreignWords]),
  ].join(' ');
}

/** An option as it is written: `-n, --lines COUNT` is `--lines COUNT` here. */
function formatOption(name: string, { takes }: OptionSpec): string {
  return takes === undefined ? `--${name}` : `--${name} ${takes}`;
}

function formatOperand({ label, choices, isOptional, isRepeated }: Operand): string {
  const word = choices === undefined ? label : choices.join('|');
  const words = isRepeated === true ? `${word}...` : word;
  return isOptional === true ? `[${words}]` : words;
}
