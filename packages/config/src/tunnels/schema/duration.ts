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
