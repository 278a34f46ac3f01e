const BRAND = Symbol.for('holdfast/SocketError');

/**
 * Why a supervisor cannot listen.
 *
 * | code | means |
 * |---|---|
 * | `unsafe-folder` | others could reach the socket, or put something in its place |
 * | `path-too-long` | the system has no room for the path of the socket |
 * | `not-a-socket` | something else is there |
 * | `socket-in-use` | another supervisor answers there |
 */
export type SocketErrorCode = 'unsafe-folder' | 'path-too-long' | 'not-a-socket' | 'socket-in-use';

/** A socket that cannot be listened on. */
export class SocketError extends Error {
  override readonly name = 'SocketError';
  readonly [BRAND] = true;
  readonly code: SocketErrorCode;

  constructor(code: SocketErrorCode, sentence: string) {
    super(sentence);
    this.code = code;
  }
}

/** Whether this is a {@link SocketError}, also one of another copy of this package. */
export function isSocketError(error: unknown): error is SocketError {
  return typeof error === 'object' && error !== null && BRAND in error;
}
