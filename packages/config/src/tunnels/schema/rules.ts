import type { Reading } from '@holdfast/engine/forward';
import { type Intensity, UNLIMITED_STARTS } from '@holdfast/machines';
import * as z from 'zod';
import { durationPattern, writeDuration } from './duration.ts';
import { duration, readAs, table } from './parts.ts';

const UNLIMITED = 'unlimited';
const STARTS = 'a whole number, 1 or more, or "unlimited"';
const COUNT = 'a whole number, 1 or more';
const INTENSITY = '"5 in 60s", { starts = 5, within = "60s" } or "unlimited"';
const INTENSITY_TEXT = /^(?:unlimited|(\d{1,9}) in (\S{1,40}))$/;

export const gate = duration(
  { least: '0s', most: '1d' },
  'How long the first ssh must live before its exit stops being fatal; 0s: no exit is fatal.',
);

const count = (allowed: string) =>
  z.int({ error: allowed }).min(1, { error: allowed }).max(1_000_000_000, { error: allowed });

export const maxStarts = z
  .union([count(STARTS), z.literal(UNLIMITED, { error: STARTS })], { error: STARTS })
  .transform((starts) => (starts === UNLIMITED ? UNLIMITED_STARTS : starts))
  .describe('How many times ssh is started in all before the tunnel fails.');

const WITHIN = [1000, 86_400_000] as const;
const within = duration({ least: '1s', most: '1d' }, 'The time in which they are counted.');

const intensityTable = table({
  starts: count(COUNT).describe('How many restarts.'),
  within,
}).transform((restart): Intensity => ({ starts: restart.starts, periodMs: restart.within }));

const intensityText = z
  .string({ error: INTENSITY })
  .regex(INTENSITY_TEXT, { error: INTENSITY })
  .meta({
    pattern: `^(?:unlimited|0{0,8}[1-9]\\d{0,8} in (?:${durationPattern(...WITHIN).slice(1, -1)}))$`,
    examples: ['5 in 60s'],
  });

export const restart = z
  .union([readAs(intensityText, readIntensity, INTENSITY), intensityTable], { error: INTENSITY })
  .describe(
    'How many restarts in what time (from `1s` to `1d`) are allowed, as a text or as `{ starts = 5, within = "60s" }`; one more, and the tunnel has failed.',
  );

function readIntensity(written: string): Reading<Intensity | typeof UNLIMITED> {
  if (written === UNLIMITED) return { value: UNLIMITED };
  const [, starts, time] = INTENSITY_TEXT.exec(written) ?? [];
  const period = within.safeParse(time);
  if (Number(starts) < 1) return { wrong: 'allows no restart' };
  if (!period.success) return { wrong: 'has no time from 1s to 1d after its "in"' };
  return { value: { starts: Number(starts), periodMs: period.data } };
}

/** A number of starts as a file has it. */
export function writeStarts(starts: number): number | 'unlimited' {
  return starts === UNLIMITED_STARTS ? UNLIMITED : starts;
}

/** Restarts in a time, as a file has them. */
export function writeIntensity(restarts: Intensity | 'unlimited') {
  if (restarts === UNLIMITED) return restarts;
  return { starts: restarts.starts, within: writeDuration(restarts.periodMs) };
}
