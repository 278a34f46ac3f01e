const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A duration with two units at most: `7 s`, `3 min 07 s`, `2 h 05 min`, `4 d 3 h`. */
export function duration(ms: number): string {
  const rounded = Math.max(0, Math.floor(ms / SECOND) * SECOND);
  if (rounded < MINUTE) return `${rounded / SECOND} s`;
  if (rounded < HOUR) return two(rounded, MINUTE, 'min', SECOND, 's');
  if (rounded < DAY) return two(rounded, HOUR, 'h', MINUTE, 'min');
  return `${Math.floor(rounded / DAY)} d ${Math.floor((rounded % DAY) / HOUR)} h`;
}

function two(ms: number, big: number, bigName: string, small: number, smallName: string): string {
  const rest = String(Math.floor((ms % big) / small)).padStart(2, '0');
  return `${Math.floor(ms / big)} ${bigName} ${rest} ${smallName}`;
}

/** Time until something: `now` when it is due, else whole seconds rounded up, so that it never says 0. */
export function countdown(ms: number): string {
  return ms <= 0 ? 'now' : `in ${duration(Math.ceil(ms / SECOND) * SECOND)}`;
}

/** A round trip: `0.4 ms`, `23 ms`, `1.2 s`. */
export function roundTrip(ms: number): string {
  if (ms < 10) return `${ms.toFixed(1)} ms`;
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

/** The time of day where the reader is: `03:12:07`. */
export function timeOfDay(ms: number): string {
  return clockOf(ms, true);
}

/** The same without seconds. */
export function hoursAndMinutes(ms: number): string {
  return clockOf(ms, false);
}

function clockOf(ms: number, hasSeconds: boolean): string {
  const at = new Date(ms);
  const parts = [at.getHours(), at.getMinutes(), ...(hasSeconds ? [at.getSeconds()] : [])];
  return parts.map((part) => String(part).padStart(2, '0')).join(':');
}

/** The time of day, with the day before it if that is not today. */
export function moment(ms: number, nowMs: number): string {
  const at = new Date(ms);
  if (at.toDateString() === new Date(nowMs).toDateString()) return timeOfDay(ms);
  const day = at.toLocaleDateString(undefined, { day: 'numeric', month: 'short' });
  return `${day}, ${timeOfDay(ms)}`;
}
