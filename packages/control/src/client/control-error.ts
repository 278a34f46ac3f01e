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
