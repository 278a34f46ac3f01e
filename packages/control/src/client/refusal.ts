import type { LocatedError } from '@holdfast/config';
import type { ApiErrorCode } from '../api.ts';
import { isFields } from './answer-shapes.ts';
import { cleanText, ControlError } from './control-error.ts';

const CODES: Readonly<Record<ApiErrorCode, true>> = {
  'bad-request': true,
  'too-large': true,
  'not-found': true,
  'wrong-protocol': true,
  'unknown-tunnel': true,
  'not-connected': true,
  'forward-failed': true,
  'inspector-failed': true,
  'config-invalid': true,
  'config-unreadable': true,
  'too-many': true,
  ending: true,
  internal: true,
};

const TEXTS = ['code', 'file', 'key', 'wrong', 'allowed'] as const;
const NUMBERS = ['line', 'column', 'length'] as const;

/** The refusal in the body of an answer; `undefined` if there is none to be read. */
export function readRefusal(body: unknown): ControlError | undefined {
  const error = isFields(body) ? body['error'] : undefined;
  if (!isFields(error)) return undefined;
  const { code, message, locations } = error;
  if (typeof code !== 'string' || !Object.hasOwn(CODES, code)) return undefined;
  if (typeof message !== 'string') return undefined;
  return new ControlError(code as ApiErrorCode, message, {
    locations: Array.isArray(locations) ? locations.flatMap(readLocation) : undefined,
  });
}

function readLocation(value: unknown): readonly LocatedError[] {
  if (!isFields(value)) return [];
  const isWhole =
    TEXTS.every((name) => typeof value[name] === 'string') &&
    NUMBERS.every((name) => typeof value[name] === 'number');
  if (!isWhole) return [];
  const cleaned = Object.entries(value).map(([name, field]) => [
    name,
    typeof field === 'string' ? cleanText(field) : field,
  ]);
  return [Object.fromEntries(cleaned) as LocatedError];
}
