import { LETTERS_WITHOUT_ARGUMENT } from '../ssh-options/option-letters.ts';

const FLAGS = `[${LETTERS_WITHOUT_ARGUMENT}]*`;

/** `-M`, `-NM`, `-S /path`, `-S/path`; not the M in `-i/keys/M`, whose word ends with the argument of -i. */
const MASTER_OR_SOCKET = new RegExp(`^-${FLAGS}?[MS]`);

/** `-o` with what is joined to it. */
const OPTION = new RegExp(`^-${FLAGS}o(.*)$`, 's');

/** ssh skips blanks, and takes the keyword in quotes too. */
const CONTROL = /^\s*"?control(?:master|path)\b/i;

/**
 * Whether the user's own options say where ssh's control socket is, or that there is none. They win, and Holdfast then cannot ask
 * through it.
 *
 * @see ssh(1), SYNOPSIS.
 */
export function ownsControlPath(options: readonly string[]): boolean {
  return options.some((word, index) => {
    if (MASTER_OR_SOCKET.test(word)) return true;
    const joined = OPTION.exec(word)?.[1];
    if (joined === undefined) return false;
    return CONTROL.test(joined === '' ? (options[index + 1] ?? '') : joined);
  });
}
