import { isKnownWord } from './known-words.ts';

const HIDDEN = '(hidden)';

/** What Holdfast says of a setting that ssh refuses; ssh's own words come after it. */
const REFUSED = /ssh does not understand [^:]*: /u;
const QUOTED = /"[^"]*"|'[^']*'/gu;
const WORD = /[^\s"'(),;:=]+/gu;
/** What ends a sentence, and is no part of the word before it. */
const LAST_MARK = /[.!?…]{1,3}$/u;

/**
 * The text without the setting that ssh refuses: ssh repeats it, and it can be a secret.
 *
 * Of what ssh says about it the fixed words stay. Everything in quotes goes, since a value can be a word that is known.
 */
export function hideSettings(text: string): string {
  const found = REFUSED.exec(text);
  if (found === null) return text;
  const at = found.index + found[0].length;
  return text.slice(0, at) + text.slice(at).replace(QUOTED, HIDDEN).replace(WORD, hideWord);
}

function hideWord(written: string): string {
  const mark = LAST_MARK.exec(written)?.[0] ?? '';
  const word = written.slice(0, written.length - mark.length);
  return word === '' || isKnownWord(word) ? written : `${HIDDEN}${mark}`;
}
