/** The word that was probably meant: one that begins the same, or differs by one letter or two swapped ones. */
export function nearestWord(word: string, known: readonly string[]): string | undefined {
  return (
    known.find((each) => word.length > 1 && each.startsWith(word)) ??
    known.find((each) => isOneSlipAway(word, each))
  );
}

function isOneSlipAway(word: string, known: string): boolean {
  const [short, long] = word.length < known.length ? [word, known] : [known, word];
  if (long.length - short.length > 1 || short.length < 2) return false;
  let at = 0;
  while (at < short.length && short[at] === long[at]) at += 1;
  if (short.length < long.length) return short.slice(at) === long.slice(at + 1);
  const swapped = short[at + 1]! + short[at]! + short.slice(at + 2);
  return short.slice(at + 1) === long.slice(at + 1) || swapped === long.slice(at);
}
