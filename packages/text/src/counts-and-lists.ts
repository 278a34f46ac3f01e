/**
 * Names as part of a sentence: `none`, `a`, `a and b`, `a, b and c`.
 *
 * @param most - of more than so many the others are counted: `a, b and 7 more`.
 */
export function listNames(names: readonly string[], most = Infinity): string {
  const more = names.length - most;
  if (names.length === 0) return 'none';
  return joined(more > 0 ? [...names.slice(0, most), `${more} more`] : names, 'and');
}

/** What one may choose from: `a`, `a or b`, `a, b or c`. */
export function listChoices(words: readonly string[]): string {
  return joined(words, 'or');
}

function joined(words: readonly string[], conjunction: 'and' | 'or'): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} ${conjunction} ${words.at(-1)}`;
}

/** A number of things: `1 tunnel`, `2 tunnels`. `several`: of a word with another plural. */
export function count(many: number, one: string, several = `${one}s`): string {
  return `${many} ${many === 1 ? one : several}`;
}

/** How often something happened: `1st`, `22nd`, `113th`. */
export function ordinal(n: number): string {
  const tens = n % 100;
  const suffix = tens >= 11 && tens <= 13 ? 'th' : (['th', 'st', 'nd', 'rd'][n % 10] ?? 'th');
  return `${n}${suffix}`;
}
