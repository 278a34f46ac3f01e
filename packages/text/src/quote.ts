import { replaceUnprintable } from './printable.ts';

/**
 * A text as one word of sh, in quotes only where it needs them: for commands that people paste.
 *
 * Their parts come from elsewhere. A `=` in front stays inside quotes: zsh would look for a program of that name.
 */
export function shellWord(text: string): string {
  return /^(?!=)[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** A text in double quotes, as part of a sentence; what is in it cannot end the quotes, or steer a terminal. */
export function quoted(text: string): string {
  return replaceUnprintable(JSON.stringify(text), (character) => {
    return `\\u{${character.codePointAt(0)!.toString(16)}}`;
  });
}
