const BRAND = Symbol.for('holdfast/RequestError');

/**
 * A request that is refused, with one sentence: what, and what to do.
 *
 * The server itself refuses with `bad-request`, `too-large` and `too-many`; an interface has further codes.
 */
export class RequestError<TCode extends string = string> extends Error {
  override readonly name: string = 'RequestError';
  readonly [BRAND] = true;
  /** For programs; the message is for people. */
  readonly code: TCode;
  /** The status of the answer. */
  readonly status: number;
  /** What else the body of the answer says beside code and sentence. */
  readonly more: object;

  constructor(code: TCode, sentence: string, status: number, more: object = {}) {
    super(sentence);
    this.code = code;
    this.status = status;
    this.more = more;
  }
}

/** Whether this is a {@link RequestError}, also one of another copy of this package. */
export function isRequestError(error: unknown): error is RequestError {
  return typeof error === 'object' && error !== null && BRAND in error;
}

/** The body of an answer that refuses. */
export function errorBody({ code, message, more }: RequestError): object {
  return { error: { code, message, ...more } };
}
