const BRAND = Symbol.for('holdfast/AnswerError');

/** An answer of the server that says no. */
export class AnswerError extends Error {
  override readonly name = 'AnswerError';
  readonly [BRAND] = true;
  readonly status: number;
  /** As the server says it, such as `unknown-tunnel`. */
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** Whether the server said no; everything else is that no answer came. */
function isAnswerError(error: unknown): error is AnswerError {
  return typeof error === 'object' && error !== null && BRAND in error;
}

/** Whether the server does not take the token. */
export function isRefusal(error: unknown): boolean {
  return isAnswerError(error) && (error.status === 401 || error.code === 'forbidden');
}

/** Whether there is none of that name, or no more. */
export function isUnknownTunnel(error: unknown): boolean {
  return isAnswerError(error) && error.code === 'unknown-tunnel';
}

/** For people. A browser says only "Failed to fetch" when nobody listens. */
export function problemSentence(error: unknown): string {
  return isAnswerError(error) ? error.message : 'no answer';
}
