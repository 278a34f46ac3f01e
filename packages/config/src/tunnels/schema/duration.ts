const UNIT_MS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** A time: numbers, each with its unit, and nothing between them. */
export const DURATION = /^(?:\d{1,9}(?:\.\d{1,9})?(?:ms|s|m|h|d)){1,5}$/;

const PART = /([\d.]+)(ms|s|m|h|d)/g;

/**
 * Reads a time such as `5s`, `500ms`, `1.5h` or `1m30s`, in milliseconds.
 *
 * `undefined` for anything else, also for a number without a unit: whether 5 means seconds or minutes is nothing to guess.
 */
export function parseDuration(text: string): number | undefined {
  if (!DURATION.test(text)) return undefined;
  const parts = [...text.matchAll(PART)];
  const ms = parts.reduce((sum, [, size, unit]) => sum + Number(size) * unitMs(unit), 0);
  return Math.round(ms);
}

function unitMs(unit: string | undefined): number {
  return UNIT_MS[unit as keyof typeof UNIT_MS];
}

/** A time in its largest unit that leaves no rest, as {@link parseDuration} reads it. */
export function writeDuration(ms: number): string {
  // Nothing is 0 seconds.
  if (ms === 0) return '0s';
  const [unit, size] = UNITS.findLast(([, each]) => ms % each === 0) ?? ['ms', 1];
  return `${ms / size}${unit}`;
}

const UNITS = Object.entries(UNIT_MS);

/**
 * A pattern for the times from `least` to `most`, for editors.
 *
 * Exact for a whole number with its unit, as people write them. Of fractions and sums it knows only that they are times: the program looks
 * closer.
 */
export function durationPattern(least: number, most: number): string {
  const whole = UNITS.flatMap(([unit, size]) => {
    const [from, to] = [Math.ceil(least / size), Math.floor(most / size)];
    return from > to ? [] : [`0{0,8}(?:${wholeNumbers(from, to).join('|')})${unit}`];
  });
  const part = String.raw`\d{1,9}(?:\.\d{1,9})?(?:ms|s|m|h|d)`;
  return String.raw`^(?:${whole.join('|')}|\d{1,9}\.\d{1,9}(?:ms|s|m|h|d)|(?:${part}){2,5})$`;
}

/** Patterns that together fit the whole numbers from one to another, and nothing else. */
export function wholeNumbers(from: number, to: number): readonly string[] {
  if (from > to) return [];
  // The numbers from 1230 to 1299 are "12[3-9]\d": the last digits are free as long as the range holds all of them.
  let free = 1;
  while (from % (free * 10) === 0 && from + free * 10 - 1 <= to && from !== 0) free *= 10;
  const digit = Math.floor(from / free) % 10;
  const lead = Math.floor(from / free / 10);
  const last = Math.min(9, digit + Math.floor((to - from + 1) / free) - 1);
  const digits = digit === last ? String(digit) : `[${digit}-${last}]`;
  const rest = String.raw`\d`.repeat(String(free).length - 1);
  return [
    `${lead === 0 ? '' : lead}${digits}${rest}`,
    ...wholeNumbers(from + (last - digit + 1) * free, to),
  ];
}
