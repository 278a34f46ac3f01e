import { HOLDFAST_EXIT } from '../exit-codes.ts';
import { takeIgnoredSignals } from '../ignored-signals.ts';
import { VERSION } from '../version.ts';
import type { Body, Environment, Surroundings } from './body.ts';
import { COMMANDS, findCommand, type CommandName } from './commands.ts';
import { formatHelp, formatOverview } from './help.ts';
import { reportError } from './report-error.ts';
import { openTerminal } from './terminal/terminal.ts';
import { CommandError } from './words/command-error.ts';
import { nearestWord } from './words/nearest-word.ts';
import { parseWords } from './words/parse-words.ts';

/** Some of the bodies: those of one bundle. */
export type SomeBodies = Readonly<Partial<Record<CommandName, unknown>>>;

/** Runs this process as `holdfast`. */
export async function runProcess(
  bodies: SomeBodies,
  words: readonly string[],
  script: string,
): Promise<void> {
  const ignored = takeIgnoredSignals(process.env);
  const env: Environment = process.env;
  const terminal = openTerminal(env);
  process.exitCode = await runHoldfast(bodies, words, {
    terminal,
    env,
    ignored,
    script,
  });
}

/** The program `holdfast`, as far as its commands are among these bodies; resolves to its exit status. */
export async function runHoldfast(
  bodies: SomeBodies,
  words: readonly string[],
  surroundings: Surroundings,
): Promise<number> {
  try {
    return await obey(bodies, words, surroundings);
  } catch (error) {
    return reportError(error, words.includes('--json'), surroundings.terminal);
  }
}

async function obey(
  bodies: SomeBodies,
  [name, ...words]: readonly string[],
  surroundings: Surroundings,
): Promise<number> {
  const { terminal } = surroundings;
  const isAskedFor = name === '--help' || name === '-h';
  if (name === '--version' || name === '-V') return say(`holdfast ${VERSION}\n`);
  if (isAskedFor) return say(formatOverview());
  if (name === undefined) {
    terminal.err(formatOverview());
    return HOLDFAST_EXIT.usage;
  }
  const command = findCommand(name);
  if (command === undefined) throw unknownCommand(name);
  const parsed = parseWords(command, words);
  if (parsed.values.help === true) return say(formatHelp(command));
  const body = bodies[name as CommandName] as Body;
  return await body({ ...parsed, ...surroundings });

  function say(text: string): number {
    terminal.out(text);
    return HOLDFAST_EXIT.ok;
  }
}

/** The error about a command that does not exist. */
export function unknownCommand(name: string): CommandError {
  const nearest = nearestWord(name, Object.keys(COMMANDS));
  const hint = nearest === undefined ? '' : `; did you mean ${nearest}?`;
  const known = name.startsWith('-') ? `no option ${name} before a command` : `no command ${name}`;
  return new CommandError('usage', `there is ${known}${hint}`);
}
