import * as z from 'zod';
import { ApiError } from './api-error.ts';

const MOST_ISSUES = 5;

/** The input as the schema has it; throws an {@link ApiError} that names what is wrong, and where. */
export function parseInput<TInput>(schema: z.ZodType<TInput>, input: unknown): TInput {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const said = parsed.error.issues.slice(0, MOST_ISSUES).map(describeIssue);
  throw new ApiError('bad-request', `the request is wrong: ${said.join('; ')}`);
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

/** The JSON of a body; nothing at all counts as `{}`. */
export function parseJson(text: string): unknown {
  if (text === '') return {};
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ApiError('bad-request', `the request is no JSON: ${(error as SyntaxError).message}`);
  }
}

/** The parameters of a query, each with all its values. */
export function parseQuery(query: string): Readonly<Record<string, readonly string[]>> {
  const parameters = new URLSearchParams(query);
  const names = new Set(parameters.keys());
  return Object.fromEntries([...names].map((name) => [name, parameters.getAll(name)]));
}
