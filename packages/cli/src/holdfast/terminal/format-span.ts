const UNITS = [
  ['d', 86_400],
  ['h', 3600],
  ['m', 60],
  ['s', 1],
] as const;

/** A time as people say it, in at most two units: `12s`, `4m 10s`, `3h`, `5d 4h`. Parts of a second do not count. */
export function formatSpan(ms: number): string {
  let seconds = Math.max(0, Math.floor(ms / 1000));
  const parts: string[] = [];
  for (const [unit, size] of UNITS) {
    const count = Math.floor(seconds / size);
    if (parts.length > 0) {
      return count === 0 ? parts[0]! : `${parts[0]} ${count}${unit}`;
    }
    if (count > 0) parts.push(`${count}${unit}`);
    seconds -= count * size;
  }
  return parts[0] ?? '0s';
}

/** A short time: `0.3 ms`, `12 ms`, `1.4 s`. */
export function formatRoundTrip(ms: number): string {
  if (ms < 10) return `${ms.toFixed(1)} ms`;
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

/** A point in time on this machine's clock: `2026-01-31 17:05:09`. */
export function formatLocalTime(iso: string): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return iso;
  const two = (part: number) => String(part).padStart(2, '0');
  const day = [date.getFullYear(), date.getMonth() + 1, date.getDate()].map(two).join('-');
  return `${day} ${[date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':')}`;
}
