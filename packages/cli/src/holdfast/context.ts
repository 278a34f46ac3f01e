import type { Command, OptionTable, ParsedWords } from './command-line/command.ts';
import type { Terminal } from './terminal/terminal.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** How the program was started, and what it finds there. */
export interface Invocation {
  readonly terminal: Terminal;
  readonly env: Environment;
  /** The signals that were ignored when the program was started. Default: none. */
  readonly ignored?: readonly NodeJS.Signals[] | undefined;
  /** The file of this program, to start the supervisor with. */
  readonly script: string;
}

/** What the body of a command is given. */
export interface CommandContext<TOptions extends OptionTable = OptionTable>
  extends ParsedWords<TOptions>, Invocation {
  /** All commands, for those that speak about the others. */
  readonly commands: readonly Command[];
}

/** What the body of this command is given: `ContextOf<typeof status>`. */
export type ContextOf<TCommand extends Command> = CommandContext<TCommand['options']>;

/** What a command does; resolves to the exit status. */
export type Body<TCommand extends Command = Command> = (
  context: ContextOf<TCommand>,
) => Promise<number> | number;
