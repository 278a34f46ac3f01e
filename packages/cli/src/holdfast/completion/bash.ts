import { shellWord } from '@holdfast/text';
import type { Command, OperandKind } from '../command-line/command.ts';

/**
 * Completion for bash 3.2 and later, without the package bash-completion.
 *
 * Each command is a `case` that sets what can stand at the cursor: `words`, a list; `names`, if tunnels can; `files`, if files can.
 *
 * @see bash(1), "Programmable Completion".
 */
export function bashCompletion(commands: readonly Command[]): string {
  const names = commands.map(({ name }) => name).join(' ');
  return `# Completion of holdfast for bash: source <(holdfast completion bash)
_holdfast() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]}
  local words='' names='' files='' operands=0 index word skip=''
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W ${shellWord(`${names} --help --version`)} -- "$current"))
    return
  fi
  # The colon of tag:web divides words in bash.
  if [ "$previous" = : ] && [ "\${COMP_WORDS[COMP_CWORD-2]}" = tag ]; then current=tag:$current; fi
  if [ "$current" = : ] && [ "$previous" = tag ]; then current=tag:; fi
  for ((index = 2; index < COMP_CWORD; index++)); do
    word=\${COMP_WORDS[index]}
    case $word in
      :) ;;
      -*) ;;
      *) if [ -z "$skip" ]; then operands=$((operands + 1)); fi ;;
    esac
    skip=''
    case "\${COMP_WORDS[1]} $word" in
${commands.flatMap(skippedValues).join('\n')}
    esac
  done
  case \${COMP_WORDS[1]} in
${commands.map((command) => bashCommand(command, names)).join('\n')}
  esac
  if [ -n "$skip" ]; then words=$skip; names=''; files=''; fi
  case $words in FILE) words=''; files=1 ;; VALUE) words='' ;; esac
  if [ -n "$names" ] && [ "\${current#-}" = "$current" ]; then
    words="$words $("\${COMP_WORDS[0]}" complete-names 2>/dev/null)"
  fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  if [ -n "$files" ]; then COMPREPLY+=($(compgen -f -- "$current")); fi
  case $current in tag:*) COMPREPLY=("\${COMPREPLY[@]#tag:}") ;; esac
}
complete -o filenames -F _holdfast holdfast
`;
}

function skippedValues(command: Command): readonly string[] {
  return valueOptionsOf(command).map(({ words, takes, choices }) => {
    const patterns = words.map((word) => `${shellWord(`${command.name} ${word}`)}`).join('|');
    const reply = choices?.join(' ') ?? (takes === 'FILE' ? 'FILE' : 'VALUE');
    return `      ${patterns}) skip=${shellWord(reply)} ;;`;
  });
}

function bashCommand(command: Command, names: string): string {
  const options = optionWordsOf(command).join(' ');
  const lines = [
    `    ${command.name})`,
    `      case $current in -*) words=${shellWord(options)} ;; esac`,
    ...bashOperands(command, names),
    '      ;;',
  ];
  return lines.join('\n');
}

function bashOperands({ operands }: Command, names: string): readonly string[] {
  if (operands.length === 0) return [];
  const cases = operands.map(({ kind, choices, isRepeated }, index) => {
    const place = isRepeated === true ? '*' : String(index);
    return `        ${place}) ${bashOperand(kind, kind === 'command' ? names : choices?.join(' '))} ;;`;
  });
  return ['      if [ -z "$words" ]; then case $operands in', ...cases, '      esac; fi'];
}

function bashOperand(kind: OperandKind, choices: string | undefined): string {
  if (choices !== undefined) return `words=${shellWord(choices)}`;
  if (kind === 'tunnel') return 'names=1';
  return kind === 'file' ? 'files=1' : ':';
}

/** `--wait --json -h`: every way to write an option of a command. */
export function optionWordsOf({ options }: Command): readonly string[] {
  return Object.entries(options).flatMap(([name, { short }]) =>
    short === undefined ? [`--${name}`] : [`--${name}`, `-${short}`],
  );
}

/** The options of a command that take a value, each with what can be said about the value. */
export function valueOptionsOf({ options }: Command): readonly ValueOption[] {
  return Object.entries(options).flatMap(([name, { takes, short, choices }]) => {
    if (takes === undefined) return [];
    const words = short === undefined ? [`--${name}`] : [`--${name}`, `-${short}`];
    return [{ words, takes, ...(choices === undefined ? {} : { choices }) }];
  });
}

export interface ValueOption {
  readonly words: readonly string[];
  readonly takes: string;
  readonly choices?: readonly string[];
}
