import type { ForwardKind } from '@holdfast/engine/forward';
import { SSH_LETTERS } from '@holdfast/engine/ssh-options';
import { wholeNumbers } from './duration.ts';
import { optionUse } from './ssh-options.ts';

// What a text may be, as a pattern for editors. The program reads such a text itself, and says more about it; a pattern only has to take what the
// program takes, and refuse the mistakes that people make. json-schema.test.ts compares both.

const port = (lowest: number) => `(?!\\d{6})0{0,4}(?:${wholeNumbers(lowest, 65_535).join('|')})`;

const PATH = String.raw`(?:(?:/|(?:\$\{|%)(?:\\.|[^\\:])*/)(?:\\.|[^\\:])*|\[(?:/|\$\{|%)[^\]]*\])`;
const HOST = String.raw`(?:\[[^\]/]+\]|(?:\\.|[^\\:/[])(?:\\.|[^\\:/])*)`;
const TARGET = `(?:${HOST}:${port(1)}|${PATH})`;

function listen(lowest: number): string {
  return `(?:(?:${HOST}|\\[\\])?:)?${port(lowest)}`;
}

/** Forwards by their kind. @see parseForward */
export const FORWARD_PATTERNS: Readonly<Record<ForwardKind, string>> = {
  local: `^(?:${listen(1)}|${PATH}):${TARGET}$`,
  remote: `^(?:${listen(0)}|${PATH})(?::${TARGET})?$`,
  socks: `^${listen(1)}$`,
};

/** A host with its port, or a socket. @see parseAddress */
export const ADDRESS_PATTERN = `^${TARGET}$`;

export const URL_PATTERN = String.raw`^[Hh][Tt][Tt][Pp][Ss]?://[^/?#\s]`;

const kept = (letters: string) =>
  Array.from(letters)
    .filter((letter) => optionUse(letter) === 'kept')
    .join('');

const FLAGS = kept(SSH_LETTERS.flags);

/** The first of ssh's own arguments; a later one may be the argument of one before. */
export const FIRST_OPTION_PATTERN = `^-(?:[${FLAGS}]+|[${FLAGS}]*(?:o.*|[${kept(SSH_LETTERS.withArgument)}](?:\\S.*)?))$`;
