/** How much of the past the timeline shows. */
export type Zoom = '5 min' | '1 h' | '12 h' | 'all';

export const ZOOMS = ['5 min', '1 h', '12 h', 'all'] as const satisfies readonly Zoom[];

const LENGTH_MS = { '5 min': 300_000, '1 h': 3_600_000, '12 h': 43_200_000 } as const;

/** A part of time, in milliseconds since 1970. */
export interface Range {
  readonly fromMs: number;
  readonly toMs: number;
}

/** What the timeline shows: the last part up to the end, or, if the moment looked at is outside of that, the part around it. */
export function rangeOf(
  zoom: Zoom,
  at: { readonly earliestMs: number; readonly endMs: number; readonly lookedAtMs: number | null },
): Range {
  const { earliestMs, endMs, lookedAtMs } = at;
  if (zoom === 'all') return { fromMs: Math.min(earliestMs, endMs - 60_000), toMs: endMs };
  const length = LENGTH_MS[zoom];
  if (lookedAtMs === null || lookedAtMs >= endMs - length)
    return { fromMs: endMs - length, toMs: endMs };
  return { fromMs: lookedAtMs - length / 2, toMs: lookedAtMs + length / 2 };
}

const STEPS_MS = [
  10, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 172_800,
  604_800,
].map((seconds) => seconds * 1000);

/** Round moments within a range, for the scale: at most so many. */
export function ticksOf({ fromMs, toMs }: Range, most: number): readonly number[] {
  const wanted = (toMs - fromMs) / most;
  const step = STEPS_MS.find((ms) => ms >= wanted) ?? wanted;
  const zone = new Date(toMs).getTimezoneOffset() * 60_000;
  const first = Math.ceil((fromMs - zone) / step) * step + zone;
  const count = Math.max(0, Math.floor((toMs - first) / step) + 1);
  return Array.from({ length: count }, (_, index) => first + index * step);
}
