const UNITS = [
  { long: 'd', short: 'd', seconds: 86_400 },
  { long: 'h', short: 'h', seconds: 3600 },
  { long: 'min', short: 'm', seconds: 60 },
  { long: 's', short: 's', seconds: 1 },
] as const;

/** A time in a sentence: `0.6 s`, `12 s`, `2 min 5 s`, `3 h`, `2 d 4 h`; at most two units, rounded. */
export function duration(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 10) return `${Number(seconds.toFixed(1))} s`;
  return inTwoUnits(Math.round(seconds), (many, { long }) => `${many} ${long}`);
}

/** A time in a column: `12s`, `4m 10s`, `3h`, `5d 4h`; at most two units. Parts of a second do not count. */
export function shortDuration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  return inTwoUnits(seconds, (many, { short }) => `${many}${short}`);
}

/** How long an answer took: `0.3 ms`, `12 ms`, `1.4 s`. */
export function roundTrip(ms: number): string {
  if (ms < 9.95) return `${ms.toFixed(1)} ms`;
  return ms < 999.5 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

type Unit = (typeof UNITS)[number];

/** In the largest unit that fits, and the one below it if there is something left for it. */
function inTwoUnits(seconds: number, word: (many: number, unit: Unit) => string): string {
  const found = UNITS.findIndex((unit) => seconds >= unit.seconds);
  const at = found === -1 ? UNITS.length - 1 : found;
  const unit = UNITS[at]!;
  const below = UNITS[at + 1];
  const main = word(Math.floor(seconds / unit.seconds), unit);
  const rest = below === undefined ? 0 : Math.floor((seconds % unit.seconds) / below.seconds);
  return below === undefined || rest === 0 ? main : `${main} ${word(rest, below)}`;
}
