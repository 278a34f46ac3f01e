import { shellWord } from '@holdfast/text';
import type { Command, Operand, OptionSpec } from '../command-line/command.ts';

/**
 * Completion for zsh.
 *
 * @see zshcompsys(1), "_arguments".
 */
export function zshCompletion(commands: readonly Command[]): string {
  const described = commands.map(({ name, summary }) => shellWord(`${name}:${summary}`));
  return `#compdef holdfast
# Completion of holdfast for zsh: source <(holdfast completion zsh)
_holdfast_names() {
  local -a names
  names=(\${(f)"$(\${words_program:-holdfast} complete-names 2>/dev/null)"})
  compadd -a names
}
_holdfast() {
  local curcontext=$curcontext state line words_program=$words[1]
  local -a commands
  commands=(
    ${described.join('\n    ')}
  )
  _arguments -C '(-)--help[show this help and exit]' '(-)--version[show the version and exit]' '1:command:->command' '*::word:->words'
  case $state in
    command) _describe command commands ;;
    words)
      case $words[1] in
${commands.map(zshCommand).join('\n')}
      esac ;;
  esac
}
if [ "$funcstack[1]" = _holdfast ]; then _holdfast "$@"; else compdef _holdfast holdfast; fi
`;
}

function zshCommand(command: Command): string {
  const specs = [
    ...Object.entries(command.options).flatMap(([name, spec]) => zshOption(name, spec)),
    ...command.operands.map(zshOperand),
  ];
  const place = command.operands.some(({ kind }) => kind === 'command') ? 'commands' : '';
  const list = specs.map(shellWord).join(' \\\n          ');
  const body = place === '' ? `_arguments ${list}` : `_describe command ${place}`;
  return `        ${command.name}) ${body} ;;`;
}

function zshOption(
  name: string,
  { short, takes, choices, summary }: OptionSpec,
): readonly string[] {
  const text = `[${escapeSpec(summary)}]`;
  const value = takes === undefined ? '' : `:${takes}:${zshValues(takes, choices)}`;
  const ways = short === undefined ? [`--${name}`] : [`--${name}`, `-${short}`];
  return ways.map((way) => `${way}${text}${value}`);
}

function zshValues(takes: string, choices: readonly string[] | undefined): string {
  if (choices !== undefined) return `(${choices.join(' ')})`;
  return takes === 'FILE' ? '_files' : ' ';
}

function zshOperand({ label, kind, choices, isRepeated }: Operand, index: number): string {
  const place = isRepeated === true ? '*' : String(index + 1);
  if (choices !== undefined) return `${place}:${label}:(${choices.join(' ')})`;
  if (kind === 'tunnel') return `${place}:${label}:_holdfast_names`;
  return `${place}:${label}:${kind === 'file' ? '_files' : ' '}`;
}

/** Brackets and colons divide a specification. */
function escapeSpec(text: string): string {
  return text.replaceAll(/[[\]:\\]/g, String.raw`\$&`);
}
