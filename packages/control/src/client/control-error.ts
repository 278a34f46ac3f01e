import type { LocatedError } from '@holdfast/config';
import { printableLine } from '@holdfast/text';
import type { ApiErrorCode } from '../api.ts';

const BRAND = Symbol.for('holdfast/ControlError');
const LONGEST_SENTENCE = 2000;

/**
 * Why a supervisor did not do what it was asked.
 *
 * | code | means |
 * |---|---|
 * | `not-running` | nobody listens on the socket |
 * | `hung-up` | the connection was closed before the answer came |
 * | `not-permitted` | the socket belongs to someone else |
 * | `timed-out` | no answer came in time |
 * | `bad-answer` | what came is not the interface, or broke off |
 * | all others | the supervisor refused, and said why |
 */
export type ControlErrorCode =
  'not-running' | 'hung-up' | 'not-permitted' | 'timed-out' | 'bad-answer' | ApiErrorCode;

/** A request that was not carried out, or not to the end. */
export class ControlError extends Error {
  override readonly name = 'ControlError';
  readonly [BRAND] = true;
  readonly code: ControlErrorCode;
  /** With `config-invalid`: everything that is wrong with the file. */
  readonly locations: readonly LocatedError[] | undefined;

  constructor(
    code: ControlErrorCode,
    sentence: string,
    more: {
      readonly locations?: readonly LocatedError[] | undefined;
      readonly cause?: unknown;
    } = {},
  ) {
    super(cleanText(sentence), { cause: more.cause });
    this.code = code;
    this.locations = more.locations;
  }
}

/** Whether this is a {@link ControlError}, also one of another copy of this package. */
export function isControlError(error: unknown): error is ControlError {
  return typeof error === 'object' && error !== null && BRAND in error;
}

/** Words from the other side, fit for a terminal. */
export function cleanText(text: string): string {
  return printableLine(text.slice(0, LONGEST_SENTENCE));
}

/** What went wrong between us and the socket, as a {@link ControlError}. */
export function toControlError(error: unknown, socketPath: string): ControlError {
  if (isControlError(error)) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  const more = { cause: error };
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
    // A path that no socket can have, from Node 24 on.
    case 'EINVAL':
    case 'ECONNREFUSED':
      return new ControlError(
        'not-running',
        `no supervisor listens on ${socketPath}: start one with "holdfast up"`,
        more,
      );
    // It ended, or was killed, while it was asked; with too many connections it hangs up as well.
    case 'ECONNRESET':
    case 'EPIPE':
      return new ControlError(
        'hung-up',
        `the supervisor on ${socketPath} hung up before it answered: see "holdfast logs", and ask again`,
        more,
      );
    case 'EACCES':
    case 'EPERM':
      return new ControlError(
        'not-permitted',
        `permission to connect to ${socketPath} is denied: it belongs to another user, or it or a folder above it lost its permissions`,
        more,
      );
    // The queue of the socket is full: whoever should take from it does not.
    case 'EAGAIN':
      return new ControlError(
        'timed-out',
        `the supervisor on ${socketPath} accepts no connections`,
        more,
      );
    default:
      return badAnswer(socketPath, message, error);
  }
}

export function badAnswer(socketPath: string, problem: string, cause?: unknown): ControlError {
  return new ControlError(
    'bad-answer',
    `the answer from ${socketPath} is not one of holdfast: ${problem}`,
    { cause },
  );
}

export function timedOut(socketPath: string, waitedMs: number): ControlError {
  return new ControlError(
    'timed-out',
    `the supervisor on ${socketPath} was silent for ${waitedMs / 1000} s: it hangs, or is stopped`,
  );
}
