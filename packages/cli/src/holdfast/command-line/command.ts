import { HOLDFAST_EXIT, type HoldfastExit } from '../../exit-codes.ts';

/** An option of a command. */
export interface OptionSpec {
  /** One letter. */
  readonly short?: string;
  /** What stands for the value in help; without it the option is a switch. */
  readonly takes?: string;
  /** The values there are, if they can be counted. */
  readonly choices?: readonly string[];
  /** What it does: lower case, without a full stop. */
  readonly summary: string;
}

/** Options by their long names. */
export type OptionTable = Readonly<Record<string, OptionSpec>>;

/** What a word stands for, as far as shells can complete it. */
export type OperandKind = 'tunnel' | 'command' | 'file' | 'text';

/** A word of a command that is no option. */
export interface Operand {
  readonly label: string;
  readonly kind: OperandKind;
  readonly choices?: readonly string[];
  readonly isOptional?: true;
  /** As many as there are. */
  readonly isRepeated?: true;
}

export interface Example {
  readonly line: string;
  readonly does: string;
}

/** When a command ends with a status: lower case, without a full stop. */
export interface ExitMeaning {
  readonly status: HoldfastExit;
  readonly when: string;
}

/** A command as its users see it: all that help, completion and the page of commands are made from. */
export interface Command<TOptions extends OptionTable = OptionTable> {
  readonly name: string;
  /** One line: lower case, without a full stop. */
  readonly summary: string;
  /** Paragraphs for help. */
  readonly about: readonly string[];
  readonly operands: readonly Operand[];
  readonly options: TOptions;
  /** How the words behind the options are called if they are not this command's own, but ssh's. */
  readonly foreignWords?: string;
  readonly examples: readonly Example[];
  readonly exits: readonly ExitMeaning[];
  /** What `--json` prints; TypeScript types of the interface by their names. */
  readonly json?: string;
  /** For programs, not for people: in no list. */
  readonly isHidden?: true;
}

/** Whether a command is for people. */
export function isShown({ isHidden }: Command): boolean {
  return isHidden !== true;
}

/** What was given for each option: a text, or `true` for a switch. */
export type OptionValues<TOptions extends OptionTable> = {
  readonly [TName in keyof TOptions]?: TOptions[TName] extends { readonly takes: string }
    ? string
    : true;
};

/** The words behind the name of a command, sorted out. */
export interface ParsedWords<TOptions extends OptionTable = OptionTable> {
  readonly values: OptionValues<TOptions>;
  readonly operands: readonly string[];
}

/** Keeps the names of the options in the type. */
export function defineCommand<const TOptions extends OptionTable>(
  command: Command<TOptions>,
): Command<TOptions> {
  return command;
}

export const HELP_OPTION = {
  help: { short: 'h', summary: 'show this help and exit' },
} as const satisfies OptionTable;

export const JSON_OPTION = {
  json: { summary: 'print JSON, for programs' },
} as const satisfies OptionTable;

export const CONFIG_OPTION = {
  config: { takes: 'FILE', summary: 'a tunnels file other than the usual one' },
} as const satisfies OptionTable;

/** Of commands that talk to the supervisor. */
export const SAME_CONFIG_OPTION = {
  config: { takes: 'FILE', summary: 'refuse if the supervisor runs a file other than this' },
} as const satisfies OptionTable;

/** Tunnels by name, glob or tag; none: all. */
export const NAMES: Operand = {
  label: 'NAME',
  kind: 'tunnel',
  isOptional: true,
  isRepeated: true,
};

/** One tunnel. */
export const NAME: Operand = { label: 'NAME', kind: 'tunnel' };

// What several commands mean by a status.

export const DONE: ExitMeaning = { status: HOLDFAST_EXIT.ok, when: 'done' };
export const NOT_DONE: ExitMeaning = {
  status: HOLDFAST_EXIT.error,
  when: 'it failed, and nothing was changed',
};
/** Of commands that change nothing anyway. */
export const NOT_TOLD: ExitMeaning = {
  status: HOLDFAST_EXIT.error,
  when: 'it failed, and says why',
};
export const USAGE: ExitMeaning = {
  status: HOLDFAST_EXIT.usage,
  when: 'invalid command line',
};
export const NOT_RUNNING: ExitMeaning = {
  status: HOLDFAST_EXIT.notRunning,
  when: 'no supervisor is running',
};
export const UNREACHABLE: ExitMeaning = {
  status: HOLDFAST_EXIT.unreachable,
  when: 'a supervisor is running but does not answer; the message says why',
};
export const BAD_FILE: ExitMeaning = {
  status: HOLDFAST_EXIT.badFile,
  when: 'the tunnels file cannot be read, or has errors',
};
/** Of commands that would have changed something. */
export const BAD_FILE_KEPT: ExitMeaning = {
  ...BAD_FILE,
  when: `${BAD_FILE.when}; nothing was changed`,
};

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
