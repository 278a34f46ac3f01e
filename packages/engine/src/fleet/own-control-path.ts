import { LETTERS_WITHOUT_ARGUMENT } from '../ssh-options/option-letters.ts';

const FLAGS = `[${LETTERS_WITHOUT_ARGUMENT}]*`;

/** `-S /path`, `-S/path`; not the S in `-i/keys/S`, whose word ends with the argument of -i. */
const SOCKET = new RegExp(`^-${FLAGS}?S`);
/** The same for `-M`, `-NM`. */
const MASTER = new RegExp(`^-${FLAGS}?M`);

/** `-o` with what is joined to it. */
const OPTION = new RegExp(`^-${FLAGS}o(.*)$`, 's');

/** ssh skips blanks, and takes the keyword in quotes too. */
const CONTROL_PATH = /^\s*"?controlpath\b/i;
const CONTROL_MASTER = /^\s*"?controlmaster\b/i;

/**
 * Whether the user's own options say where ssh's control socket is, or that there is none. They win, and Holdfast then cannot ask
 * through it.
 *
 * @see ssh(1), SYNOPSIS.
 */
export function ownsControlPath(options: readonly string[]): boolean {
  return namesControlPath(options) || says(options, MASTER, CONTROL_MASTER);
}

/** Whether the user's own options have a path for the control socket: a second one would override it. */
export function namesControlPath(options: readonly string[]): boolean {
  return says(options, SOCKET, CONTROL_PATH);
}

function says(options: readonly string[], letter: RegExp, keyword: RegExp): boolean {
  return options.some((word, index) => {
    if (letter.test(word)) return true;
    const joined = OPTION.exec(word)?.[1];
    if (joined === undefined) return false;
    return keyword.test(joined === '' ? (options[index + 1] ?? '') : joined);
  });
}
