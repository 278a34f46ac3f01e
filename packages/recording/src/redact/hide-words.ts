import { hidePaths } from './hide-paths.ts';
import { isKnownWord } from './known-words.ts';

const WORD = /[^\s"'(),;:@=/[\]<>]+/gu;
/** A number of a port, a pid, a status or a time; longer ones can be a secret. */
const SHORT_NUMBER = /^\d{1,5}(\.\d{1,3})?$/;
/** What ends a sentence, and is no part of the word before it. */
const LAST_MARK = /[.!?…]$/u;

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
    const mark = LAST_MARK.exec(written)?.[0] ?? '';
    const word = written.slice(0, written.length - mark.length);
    const isFine = word === '' || stays.has(word) || SHORT_NUMBER.test(word) || isKnownWord(word);
    return isFine ? written : `${pseudonymOf(word)}${mark}`;
  };
  return (text) => hidePaths(text).replace(WORD, show);
}
