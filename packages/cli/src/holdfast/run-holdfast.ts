import { renderErrors, type LocatedError } from '@holdfast/config';
import { printableText } from '@holdfast/text';
import { readFileSync } from 'node:fs';
import { HOLDFAST_EXIT } from '../exit-codes.ts';
import { takeIgnoredSignals } from '../ignored-signals.ts';
import { VERSION } from '../version.ts';
import { exitOf, isCommandError } from './command-line/command-error.ts';
import { formatHelp, formatOverview } from './command-line/help.ts';
import { commandNamed, parseWords } from './command-line/parse-words.ts';
import { ALL_COMMANDS, type CommandName } from './commands.ts';
import type { Body, Environment, Invocation } from './context.ts';
import { sayJson } from './terminal/say.ts';
import { openTerminal, type Terminal } from './terminal/terminal.ts';

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
  invocation: Invocation,
): Promise<number> {
  try {
    return await obey(bodies, words, invocation);
  } catch (error) {
    return reportError(error, words.includes('--json'), invocation.terminal);
  }
}

async function obey(
  bodies: SomeBodies,
  [name, ...words]: readonly string[],
  invocation: Invocation,
): Promise<number> {
  const { terminal } = invocation;
  const isAskedFor = name === '--help' || name === '-h';
  if (name === '--version' || name === '-V') return say(`holdfast ${VERSION}\n`);
  if (isAskedFor) return say(formatOverview(ALL_COMMANDS));
  if (name === undefined) {
    terminal.err(formatOverview(ALL_COMMANDS));
    return HOLDFAST_EXIT.usage;
  }
  const command = commandNamed(name, ALL_COMMANDS);
  const parsed = parseWords(command, words);
  if (parsed.values.help === true) return say(formatHelp(command));
  const body = bodies[name as CommandName] as Body;
  return await body({ ...parsed, ...invocation, commands: ALL_COMMANDS });

  function say(text: string): number {
    terminal.out(text);
    return HOLDFAST_EXIT.ok;
  }
}

/** Tells why a command was not carried out: a sentence on stderr, with `--json` the error on stdout as well. */
function reportError(error: unknown, wantsJson: boolean, terminal: Terminal): number {
  if (!isCommandError(error)) return reportBug(error, wantsJson, terminal);
  const { code, message, more } = error;
  const { locations } = more;
  if (wantsJson) sayJson(terminal, { error: { code, message: firstLine(message), locations } });
  if (locations !== undefined) terminal.err(`${renderErrors(locations, textOf(locations))}\n\n`);
  terminal.err(`holdfast: ${printableText(message)}\n`);
  if (code === 'usage')
    terminal.err(`Try '${['holdfast', 'help', more.command ?? []].flat().join(' ')}'.\n`);
  return exitOf(error);
}

/** An error that nobody has thought of: everything about it helps. */
function reportBug(error: unknown, wantsJson: boolean, terminal: Terminal): number {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  if (wantsJson) sayJson(terminal, { error: { code: 'internal', message: firstLine(text) } });
  terminal.err(`holdfast: internal error: ${printableText(text)}\n`);
  return HOLDFAST_EXIT.error;
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0]!;
}

/** The file that the errors are about, to show their lines. */
function textOf([first]: readonly LocatedError[]): string {
  try {
    return first === undefined ? '' : readFileSync(first.file, 'utf8');
  } catch {
    return '';
  }
}
