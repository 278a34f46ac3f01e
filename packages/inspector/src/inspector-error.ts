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
  misdirected: 421,
  'too-many': 503,
  internal: 500,
} as const satisfies Record<InspectorErrorCode, number>;

/** What is more precise than the usual status of a code. */
type OtherStatus = 401 | 405 | 413 | 415;

/** A request that is refused, with a sentence: what, and what to do. Sources throw it, too. */
export class InspectorError extends Error {
  override readonly name = 'InspectorError';
  readonly code: InspectorErrorCode;
  readonly status: number;

  constructor(code: InspectorErrorCode, sentence: string, status?: OtherStatus) {
    super(sentence);
    this.code = code;
    this.status = status ?? ERROR_STATUS[code];
  }
}

/** Whatever was thrown, as a refusal. The words of a bug may tell anything, so they stay here. */
export function toInspectorError(error: unknown): InspectorError {
  if (error instanceof InspectorError) return error;
  return new InspectorError('internal', 'a bug in Holdfast: it could not be answered');
}

export function errorBody({ code, message }: InspectorError): InspectorErrorBody {
  return { error: { code, message } };
}
