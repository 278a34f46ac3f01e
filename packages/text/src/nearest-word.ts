/** Longer words are no typos of ours, and the table of distances grows with their square. */
const LONGEST_WORD = 64;

/**
 * The known word that was probably meant by a mistyped one; `undefined` when none is close.
 *
 * Case, and `-` for `_`, cost nothing; a word cut short costs one letter. A third of the letters may be wrong: more would be a guess.
 */
export function nearestWord(word: string, known: Iterable<string>): string | undefined {
  if (word.length > LONGEST_WORD) return undefined;
  let nearest: string | undefined;
  let least = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const candidate of known) {
    if (candidate.length > LONGEST_WORD || candidate === word) continue;
    const distance = distanceBetween(plain(word), plain(candidate));
    // A word of which nothing is left is no typo.
    if (distance >= Math.min(least, word.length, candidate.length)) continue;
    nearest = candidate;
    least = distance;
  }
  return nearest;
}

/** The end of a sentence about a word that is not known: `; did you mean status?`, or nothing. */
export function didYouMean(nearest: string | undefined): string {
  return nearest === undefined ? '' : `; did you mean ${nearest}?`;
}

/** Words cut short, or written out, are as near as a single letter. */
function distanceBetween(word: string, candidate: string): number {
  const [short, long] = word.length < candidate.length ? [word, candidate] : [candidate, word];
  const isCut = short.length > 2 && long.startsWith(short);
  return isCut && short !== long ? 1 : editDistance(word, candidate);
}

function plain(word: string): string {
  return word.toLowerCase().replaceAll('-', '_');
}

/** Letters to insert, delete, replace or swap with their neighbour ("optimal string alignment"). */
export function editDistance(from: string, to: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const replaced = last[column - 1]! + (from[row - 1] === to[column - 1] ? 0 : 1);
      let distance = Math.min(replaced, last[column]! + 1, current[column - 1]! + 1);
      const isSwap =
        row > 1 &&
        column > 1 &&
        from[row - 1] === to[column - 2] &&
        from[row - 2] === to[column - 1];
      if (isSwap) distance = Math.min(distance, beforeLast[column - 2]! + 1);
      current.push(distance);
    }
    beforeLast = last;
    last = current;
  }
  return last[to.length]!;
}
