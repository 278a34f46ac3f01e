import * as z from 'zod';
import type { EventLevel } from '@holdfast/engine';
import { ApiError } from './api-error.ts';

const LONGEST_PATTERN = 256;
const MOST_PATTERNS = 1000;
const LONGEST_SPEC = 1000;
const LONGEST_PATH = 4096;

/** From the least important on. */
export const EVENT_LEVELS = ['debug', 'info', 'warning', 'error'] as const satisfies EventLevel[];

const pattern = z.string().min(1).max(LONGEST_PATTERN);
const patterns = z.array(pattern).max(MOST_PATTERNS);

/** A parameter that may not be repeated. */
function once<TItem extends z.ZodType>(item: TItem) {
  return z
    .array(z.unknown())
    .length(1, { error: 'is given more than once' })
    .transform(([first]) => first)
    .pipe(item);
}

const file = z
  .string()
  .max(LONGEST_PATH)
  .regex(/^\/[^\0]*$/, { error: 'must be an absolute path' });

export const nothingSchema = z.strictObject({});

/** No list at all means all; an empty one means nobody. */
export const selectionBody = z.strictObject({ names: patterns.exactOptional() });

export const selectionQuery = z
  .strictObject({ name: patterns.exactOptional() })
  .transform(({ name }) => (name === undefined ? {} : { names: name }));

export const whyQuery = z.strictObject({ name: once(pattern) });

export const reloadBody = z.strictObject({ config: file.exactOptional() });

export const inspectBody = z.strictObject({
  port: z.int().min(1).max(65_535).exactOptional(),
  close: z.boolean().exactOptional(),
});

export const forwardBody = z.strictObject({
  tunnel: pattern,
  kind: z.enum(['local', 'remote', 'socks']),
  spec: z.string().max(LONGEST_SPEC),
});

export const eventsQuery = z.strictObject({
  name: patterns.default([]),
  level: once(z.enum(EVENT_LEVELS)).default('debug'),
  since: once(
    z
      .string()
      .regex(/^\d{1,15}$/, { error: 'must be a number' })
      .transform(Number),
  ).optional(),
});

/** What an {@link eventsQuery} asks for. */
export type EventsQuery = z.infer<typeof eventsQuery>;

/** The parameters of a query, each with all its values. */
export function parametersOf(query: URLSearchParams): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries([...query.keys()].map((name) => [name, query.getAll(name)]));
}

const MOST_ISSUES = 5;

/** The input as the schema has it; throws an {@link ApiError} that names what is wrong, and where. */
export function parseInput<TInput>(schema: z.ZodType<TInput>, input: unknown): TInput {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const said = parsed.error.issues.slice(0, MOST_ISSUES).map(describeIssue);
  throw new ApiError('bad-request', `invalid request: ${said.join('; ')}`);
}

function describeIssue({ path, message }: z.core.$ZodIssue): string {
  const sentence = message.charAt(0).toLowerCase() + message.slice(1);
  return path.length === 0 ? sentence : `${formatPath(path)}: ${sentence}`;
}

/** `names[1]`. zod's own function would bring the sentences of 50 languages into the bundle. */
function formatPath(path: readonly PropertyKey[]): string {
  const parts = path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`));
  return parts.join('').replace(/^\./, '');
}
