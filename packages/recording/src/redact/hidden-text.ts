import { isKnownWord } from './known-words.ts';

// Three ways to take out of a text what others must not read. Each pattern looks at a character once: texts of servers can be long.

/** What stands for a thing that was taken out. */
const HIDDEN = '(hidden)';
const QUOTED = /"[^"]*"|'[^']*'/gu;

/**
 * The text without local paths, and without the values of what looks like an option or a variable (`NAME=value`).
 *
 * Words of the system and of ssh quote them. A path with spaces is taken out in full only where it is quoted.
 */
export function hidePaths(text: string): string {
  return text
    .replace(QUOTED, (quoted) => (quoted.includes('/') ? HIDDEN : quoted))
    .replace(/[^\s"'(),;]+/gu, hidePath);
}

const ASSIGNMENT = /^([A-Za-z_][\w-]*)=./u;

function hidePath(word: string): string {
  const name = ASSIGNMENT.exec(word)?.[1];
  if (name !== undefined) return `${name}=${HIDDEN}`;
  return word.includes('/') ? HIDDEN : word;
}

/** What Holdfast says of a setting that ssh refuses; ssh's own words come after it. */
const REFUSED = /ssh does not understand [^:]*: /u;

/**
 * The text without the setting that ssh refuses: ssh repeats it, and it can be a secret.
 *
 * Of what ssh says about it the fixed words stay. Everything in quotes goes, since a value can be a word that is known.
 */
export function hideSettings(text: string): string {
  const found = REFUSED.exec(text);
  if (found === null) return text;
  const at = found.index + found[0].length;
  const said = text.slice(at).replace(QUOTED, HIDDEN);
  return text.slice(0, at) + said.replace(/[^\s"'(),;:=]+/gu, hideSetting);
}

function hideSetting(written: string): string {
  const [word, mark] = withoutMark(written, /[.!?…]{1,3}$/u);
  return word === '' || isKnownWord(word) ? written : `${HIDDEN}${mark}`;
}

const WORD = /[^\s"'(),;:@=/[\]<>]+/gu;
/** A number of a port, a pid, a status or a time; longer ones can be a secret. */
const SHORT_NUMBER = /^\d{1,5}(\.\d{1,3})?$/;

/**
 * Makes a function that lets only known words and short numbers through, and gives each other word a pseudonym: the same each time.
 *
 * Known words are those of Holdfast's own sentences and of OpenSSH's fixed texts, so that nothing has to be recognised as a secret.
 *
 * @param kept - words that stay too, such as the names of hosts.
 */
export function hideWords(kept: Iterable<string> = []): (text: string) => string {
  const stays = new Set([...kept].flatMap((word) => word.match(WORD) ?? []));
  const pseudonyms = new Map<string, string>();
  const pseudonymOf = (word: string) => {
    const known = pseudonyms.get(word) ?? `hidden-${pseudonyms.size + 1}`;
    pseudonyms.set(word, known);
    return known;
  };
  const show = (written: string) => {
    const [word, mark] = withoutMark(written, /[.!?…]$/u);
    const isFine = word === '' || stays.has(word) || SHORT_NUMBER.test(word) || isKnownWord(word);
    return isFine ? written : `${pseudonymOf(word)}${mark}`;
  };
  return (text) => hidePaths(text).replace(WORD, show);
}

/** A word, and what ends its sentence, which is no part of it. */
function withoutMark(written: string, marks: RegExp): readonly [word: string, mark: string] {
  const mark = marks.exec(written)?.[0] ?? '';
  return [written.slice(0, written.length - mark.length), mark];
}
