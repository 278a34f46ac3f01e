/** The numbers of C's `int`, which the original keeps its settings in. */
const LARGEST = 2 ** 31 - 1;

const NUMBER = /^[ \t\n\v\f\r]*([+-]?)(?:0[xX]([0-9a-fA-F]+)|(0[0-7]*)|([1-9][0-9]*))$/;

/**
 * Reads a whole number as C's `strtol` does with base 0: blanks in front, a sign, then decimal, `0x` hexadecimal or `0` octal
 * digits; the whole text must be used.
 *
 * `undefined` when the text is no such number, or one that does not fit in 32 bits. (The original cuts those off.)
 *
 * @see docs/rules.md, ENV-1 and BUG-19.
 */
export function parseWholeNumber(text: string): number | undefined {
  const found = NUMBER.exec(text);
  if (found === null) return undefined;
  const [, sign, hexadecimal, octal, decimal] = found;
  const size = parseDigits(hexadecimal, octal, decimal);
  if (size > LARGEST) return undefined;
  return sign === '-' && size !== 0 ? -size : size;
}

function parseDigits(hexadecimal?: string, octal?: string, decimal?: string): number {
  if (hexadecimal !== undefined) return parseInt(hexadecimal, 16);
  if (octal !== undefined) return parseInt(octal, 8);
  return parseInt(decimal!, 10);
}
