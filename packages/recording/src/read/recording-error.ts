import type { TunnelState } from '@holdfast/machines';
import type { Step } from '../step.ts';

/**
 * Why a recording cannot be read or played.
 *
 * | code | means |
 * |---|---|
 * | `no-recording` | its first line is not the head of one |
 * | `newer-format` | a newer version of the program wrote it |
 * | `damaged` | a line is invalid, or not where it belongs |
 * | `unplayable` | the machine fails over it |
 * | `difference` | the machine comes to another state than was recorded |
 */
export type RecordingErrorCode =
  'no-recording' | 'newer-format' | 'damaged' | 'unplayable' | 'difference';

/** The first step that does not come out as it was recorded. */
export interface Difference {
  /** Of the recording, counted from 1. */
  readonly line: number;
  readonly name: string;
  /** The step as it was played; `null` where the machine could not be brought to it. */
  readonly step: Step | null;
  readonly recorded: TunnelState;
  readonly played: TunnelState;
}

const BRAND = Symbol.for('holdfast/RecordingError');

/** A recording that cannot be read or played: what, in which line. */
export class RecordingError extends Error {
  override readonly name = 'RecordingError';
  readonly [BRAND] = true;
  readonly code: RecordingErrorCode;
  /** Counted from 1; 0 if it concerns no line. */
  readonly line: number;
  readonly difference: Difference | null;

  constructor(
    code: RecordingErrorCode,
    line: number,
    message: string,
    difference: Difference | null = null,
  ) {
    super(message);
    this.code = code;
    this.line = line;
    this.difference = difference;
  }
}

/** Whether this is a {@link RecordingError}, also one of another copy of this package. */
export function isRecordingError(error: unknown): error is RecordingError {
  return typeof error === 'object' && error !== null && BRAND in error;
}

/** A line that is invalid, or not where it belongs. */
export function damaged(line: number, what: string): RecordingError {
  return new RecordingError('damaged', line, `line ${line} is damaged: ${what}`);
}
