import { duration } from '@holdfast/text';

/** How long something has lasted, in whole seconds: the words change with the clock of the page, and count nothing that is not over. */
export function elapsed(ms: number): string {
  return duration(Math.max(0, Math.floor(ms / 1000)) * 1000);
}

/** Time until something: `now` when it is due, else whole seconds rounded up, so that it never says 0. */
export function countdown(ms: number): string {
  return ms <= 0 ? 'now' : `in ${duration(Math.ceil(ms / 1000) * 1000)}`;
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
