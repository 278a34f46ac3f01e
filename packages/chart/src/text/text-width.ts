// A picture is laid out where nothing can measure text: these are the widths of Helvetica, which Arial and Liberation
// Sans share, in thousandths of the size of the type, for the characters from the space to the tilde.
const WIDTHS = [
  278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556,
  556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667,
  611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667,
  667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500,
  222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
];

/** Bold is wider by so much, and by a little more in some letters. */
const BOLD = 1.09;

/** How text looks that is measured. */
export interface TypeFace {
  /** CSS pixels. */
  readonly size: number;
  readonly isBold?: boolean;
}

/** The type that pictures are set in; what is measured here is right for these. */
export const FONT_FAMILY = "'Helvetica Neue', Helvetica, Arial, 'Liberation Sans', sans-serif";

/** The width of a text, in CSS pixels. */
export function textWidth(text: string, { size, isBold = false }: TypeFace): number {
  const thousandths = Array.from(text, characterWidth).reduce((sum, width) => sum + width, 0);
  return (thousandths * size * (isBold ? BOLD : 1)) / 1000;
}

function characterWidth(character: string): number {
  const code = character === '\u00a0' ? 32 : character.codePointAt(0)!;
  // From the Hangul and CJK blocks on most characters are as wide as they are high.
  return WIDTHS[code - 32] ?? (code >= 0x1100 ? 1000 : 650);
}
