import type { Reading } from '@holdfast/engine/forward';
import * as z from 'zod';
import { DURATION, durationPattern, parseDuration } from './duration.ts';
import { URL_PATTERN } from './patterns.ts';

// Every message of these schemas says what is allowed in its place, and nothing else: the error about a value is built from it. For
// unknown keys it is the list of the known ones.

/** A table with these keys and no others. */
export function table<TShape extends z.core.$ZodShape>(
  shape: TShape,
): z.ZodObject<TShape, z.core.$strict> {
  const known = Object.keys(shape).join(', ');
  return z.strictObject(shape, {
    error: (issue) => (issue.code === 'unrecognized_keys' ? known : `a table with ${known}`),
  });
}

export function text(allowed: string) {
  return z.string({ error: allowed }).min(1, { error: allowed });
}

export function list<TItem extends z.ZodType>(item: TItem, allowed: string) {
  return z.array(item, { error: allowed });
}

/** A program and its arguments, of which the program must not be empty. */
export function command(allowed: string, description: string, example: readonly string[]) {
  return list(z.string({ error: allowed }), allowed)
    .min(1, { error: allowed })
    .refine(([program]) => program !== '', { error: allowed })
    .meta({
      items: [{ type: 'string', minLength: 1 }],
      additionalItems: { type: 'string' },
      description,
      examples: [example],
    });
}

/** A URL of http or https. */
export function httpUrl(allowed: string, description: string, example: string) {
  return text(allowed)
    .refine(isHttpUrl, { error: allowed, abort: true })
    .meta({ pattern: URL_PATTERN, description, examples: [example] });
}

function isHttpUrl(written: string): boolean {
  if (!URL.canParse(written)) return false;
  return /^https?:$/.test(new URL(written).protocol) && /^https?:\/\/[^/]/i.test(written);
}

export function flag() {
  return z.boolean({ error: 'true or false' });
}

export function oneOf<const TValues extends readonly string[]>(values: TValues) {
  return z.enum(values, { error: `one of ${values.join(', ')}` });
}

/** A text that is more than a text: read by its own reader, which says what was wrong with it. */
export function readAs<TValue>(
  source: z.ZodType<string, string>,
  read: (text: string) => Reading<TValue>,
  allowed: string,
) {
  return source.transform((written, context): TValue => {
    const reading = read(written);
    if ('value' in reading) return reading.value;
    const { wrong, nearest } = reading;
    const params = { wrong: `${JSON.stringify(written)} ${wrong}`, nearest };
    context.issues.push({ code: 'custom', input: written, message: allowed, params });
    return z.NEVER;
  });
}

interface DurationRange {
  readonly least: string;
  readonly most: string;
}

/** A time, as milliseconds. What it means is said with its range. */
export function duration({ least, most }: DurationRange, means: string) {
  const allowed = `a time from "${least}" to "${most}" with its unit (ms, s, m, h or d), such as "5s" or "1m30s"`;
  const [lowest, highest] = [parseDuration(least)!, parseDuration(most)!];
  const read = (written: string): Reading<number> => {
    const ms = parseDuration(written)!;
    if (ms < lowest) return { wrong: 'is too short' };
    return ms > highest ? { wrong: 'is too long' } : { value: ms };
  };
  const written = z
    .string({ error: allowed })
    .regex(DURATION, { error: allowed })
    .meta({
      pattern: durationPattern(lowest, highest),
      examples: ['5s', '1m30s'],
    });
  return readAs(written, read, allowed).describe(`${means} From \`${least}\` to \`${most}\`.`);
}
