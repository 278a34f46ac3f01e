import type { COMMANDS, CommandName } from './commands.ts';
import type { Terminal } from './terminal/terminal.ts';
import type { OptionTable, ParsedWords } from './words/command.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** What a command finds around it. */
export interface Surroundings {
  readonly terminal: Terminal;
  readonly env: Environment;
  /** The signals that were ignored when the program was started. Default: none. */
  readonly ignored?: readonly NodeJS.Signals[] | undefined;
  /** The file of this program, to start the supervisor with. */
  readonly script: string;
}

/** Its words, and what is around it. */
export interface CommandContext<TOptions extends OptionTable = OptionTable>
  extends ParsedWords<TOptions>, Surroundings {}

/** What a command does; resolves to the exit status. */
export type Body<TOptions extends OptionTable = OptionTable> = (
  context: CommandContext<TOptions>,
) => Promise<number> | number;

/** The context of a command, by its name. */
export type ContextOf<TName extends CommandName> = CommandContext<
  (typeof COMMANDS)[TName]['options']
>;

/** What these commands do. */
export type Bodies<TName extends CommandName> = {
  readonly [TEach in TName]: (context: ContextOf<TEach>) => Promise<number> | number;
};
