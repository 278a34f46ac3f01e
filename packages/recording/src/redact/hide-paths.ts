/** What stands for a thing that was taken out. */
const HIDDEN = '(hidden)';

// Each of these looks at a character once: texts of servers can be long.
const QUOTED = /"[^"]*"|'[^']*'/gu;
const WORD = /[^\s"'(),;]+/gu;
const ASSIGNMENT = /^([A-Za-z_][\w-]*)=./u;

/**
 * The text without local paths, and without the values of what looks like an option or a variable (`NAME=value`).
 *
 * Words of the system and of ssh quote them. A path with spaces is taken out in full only where it is quoted.
 */
export function hidePaths(text: string): string {
  return text
    .replace(QUOTED, (quoted) => (quoted.includes('/') ? HIDDEN : quoted))
    .replace(WORD, hideWord);
}

function hideWord(word: string): string {
  const name = ASSIGNMENT.exec(word)?.[1];
  if (name !== undefined) return `${name}=${HIDDEN}`;
  return word.includes('/') ? HIDDEN : word;
}
