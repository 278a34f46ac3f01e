import { parseDuration } from '@holdfast/config';
import { didYouMean, listChoices, nearestWord } from '@holdfast/text';
import { parseArgs } from 'node:util';
import { CommandError } from './command-error.ts';
import { formatUsage, type Command, type OptionTable, type ParsedWords } from './command.ts';

/**
 * Sorts the words behind the name of a command into options and operands.
 *
 * Throws a {@link CommandError} `usage` if they are invalid.
 */
export function parseWords<TOptions extends OptionTable>(
  command: Command<TOptions>,
  words: readonly string[],
): ParsedWords<TOptions> {
  const [own, foreign] = splitForeignWords(command, words);
  const { values, positionals } = parseOwn(command, own);
  const parsed = { values, operands: [...positionals, ...foreign] } as ParsedWords<TOptions>;
  if (parsed.values.help === true) return parsed;
  checkChoices(command, values);
  if (command.foreignWords === undefined) checkOperands(command, positionals);
  return parsed;
}

type GivenValues = Readonly<Record<string, string | boolean | undefined>>;

function parseOwn(command: Command, own: readonly string[]) {
  try {
    return parseArgs({
      args: [...own],
      options: parserOptions(command.options),
      allowPositionals: true,
      strict: true,
    });
  } catch (error) {
    throw usageError(command, sentenceOf(error, command));
  }
}

function parserOptions(options: OptionTable) {
  return Object.fromEntries(
    Object.entries(options).map(([name, { takes, short }]) => {
      const type: 'boolean' | 'string' = takes === undefined ? 'boolean' : 'string';
      return [name, { type, ...(short === undefined ? {} : { short }) }];
    }),
  );
}

/** Words of another program begin where this command's own long options end. */
function splitForeignWords(
  { foreignWords, options }: Command,
  words: readonly string[],
): [own: readonly string[], foreign: readonly string[]] {
  if (foreignWords === undefined) return [words, []];
  let at = 0;
  while (at < words.length && isOwn(words[at]!)) {
    const { takes } = options[words[at]!.slice(2)] ?? {};
    at += takes === undefined ? 1 : 2;
  }
  return [words.slice(0, at), words.slice(words[at] === '--' ? at + 1 : at)];
}

function isOwn(word: string): boolean {
  return (word.startsWith('--') && word !== '--') || word === '-h';
}

function checkChoices(command: Command, values: GivenValues): void {
  for (const [name, { choices }] of Object.entries(command.options)) {
    const value = values[name];
    if (typeof value !== 'string' || choices === undefined || choices.includes(value)) continue;
    throw usageError(command, `--${name} must be ${listChoices(choices)}, not ${value}`);
  }
}

function checkOperands(command: Command, given: readonly string[]): void {
  const { operands } = command;
  for (const [index, { label, choices, isOptional }] of operands.entries()) {
    const word = given[index];
    if (word === undefined && isOptional !== true) {
      throw usageError(command, `missing ${missingWord(label, choices)}`);
    }
    if (word === undefined || choices === undefined || choices.includes(word)) continue;
    const hint = didYouMean(nearestWord(word, choices));
    throw usageError(command, `${label} must be ${listChoices(choices)}, not "${word}"${hint}`);
  }
  const isOpen = operands.at(-1)?.isRepeated === true;
  if (isOpen || given.length <= operands.length) return;
  throw usageError(command, `unexpected argument "${given[operands.length]}"`);
}

function missingWord(label: string, choices: readonly string[] | undefined): string {
  if (choices === undefined) return label;
  return `${label}: ${listChoices(choices)}`;
}

interface ParserError {
  readonly code?: string;
  readonly message: string;
}

/** Node's words about a command line, in ours. */
function sentenceOf(error: unknown, { options }: Command): string {
  const { code, message } = error as ParserError;
  const [, written = ''] = /'([^']*)'/.exec(message) ?? [];
  if (code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') {
    const known = Object.keys(options).map((name) => `--${name}`);
    return `unknown option ${written}${didYouMean(nearestWord(written, known))}`;
  }
  const name = /--([\w-]+)/.exec(written)?.[1] ?? '';
  const takes = options[name]?.takes;
  if (takes === undefined) return `--${name} takes no value`;
  return `--${name} needs a ${takes}; if it begins with "-", write --${name}=${takes}`;
}

/** The command of that name. Throws a {@link CommandError} `usage` if there is none. */
export function commandNamed(name: string, commands: readonly Command[]): Command {
  const found = commands.find((command) => command.name === name);
  if (found !== undefined) return found;
  const nearest = nearestWord(
    name,
    commands.map((command) => command.name),
  );
  const known = name.startsWith('-') ? `option ${name} before a command` : `command ${name}`;
  throw new CommandError('usage', `unknown ${known}${didYouMean(nearest)}`);
}

/** The error about an invalid command line. */
export function usageError(command: Command, problem: string): CommandError {
  return new CommandError('usage', `${problem}\nusage: ${formatUsage(command)}`, {
    command: command.name,
  });
}

/** The value of an option that takes a time, in milliseconds. Throws a `CommandError` `usage`. */
export function readTime(command: Command, option: string, written: string): number {
  const ms = parseDuration(written);
  if (ms !== undefined) return ms;
  throw usageError(
    command,
    `--${option} ${written} is not a valid time: write a number and its unit (ms, s, m, h, d), such as 30s or 1m30s`,
  );
}
