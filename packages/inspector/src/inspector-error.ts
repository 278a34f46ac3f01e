import { isRequestError, RequestError } from '@holdfast/http';
import type { InspectorErrorBody } from './api.ts';

/** Why a request was refused. */
export type InspectorErrorCode = InspectorErrorBody['error']['code'];

/** The status of an answer that refuses a request, where nothing else is said. */
const ERROR_STATUS = {
  'bad-request': 400,
  forbidden: 403,
  'not-found': 404,
  'unknown-tunnel': 404,
  gone: 410,
  'too-large': 413,
  misdirected: 421,
  'too-many': 503,
  internal: 500,
} as const satisfies Record<InspectorErrorCode, number>;

/** What is more precise than the usual status of a code. */
type OtherStatus = 401 | 405 | 415;

const BRAND = Symbol.for('holdfast/InspectorError');

/** A request that is refused, with a sentence: what, and what to do. Sources throw it, too. */
export class InspectorError extends RequestError<InspectorErrorCode> {
  override readonly name = 'InspectorError';
  readonly [BRAND] = true;

  constructor(code: InspectorErrorCode, sentence: string, status?: OtherStatus) {
    super(code, sentence, status ?? ERROR_STATUS[code]);
  }
}

/** Whether this is an {@link InspectorError}, also one of another copy of this package. */
export function isInspectorError(error: unknown): error is InspectorError {
  return typeof error === 'object' && error !== null && BRAND in error;
}

/** Whatever was thrown, as a refusal. The words of a bug may tell anything, so they stay here. */
export function toRefusal(error: unknown): RequestError {
  if (isRequestError(error)) return error;
  return new InspectorError('internal', 'a bug in Holdfast: the request could not be answered');
}
