const BRAND = Symbol.for('holdfast/DemoError');

/**
 * Why the demo ends before its last scene.
 *
 * | code | means |
 * |---|---|
 * | `missing-program` | this machine lacks a program that it needs |
 * | `too-slow` | a scene, or the whole, took too long |
 * | `gave-up` | the tunnel ended for good |
 * | `interrupted` | somebody ended it |
 */
type DemoErrorCode = 'missing-program' | 'too-slow' | 'gave-up' | 'interrupted';

/** The demo ends before its last scene. */
export class DemoError extends Error {
  override readonly name = 'DemoError';
  readonly [BRAND] = true;
  readonly code: DemoErrorCode;
  /** Exit status of the program. */
  readonly exitStatus: number;

  constructor(code: DemoErrorCode, sentence: string, exitStatus = 1) {
    super(sentence);
    this.code = code;
    this.exitStatus = exitStatus;
  }
}

/** Whether this is a {@link DemoError}. */
export function isDemoError(error: unknown): error is DemoError {
  return typeof error === 'object' && error !== null && BRAND in error;
}

/** What bounds a piece of work. */
export interface Limit {
  readonly seconds: number;
  /** What to say when the time is over. */
  readonly otherwise: () => string;
  /** Ends the work earlier. */
  readonly signal: AbortSignal;
}

/**
 * Gives a piece of work so much time. The work must obey the signal it is handed.
 *
 * Rejects with the reason of whatever ended the work early.
 */
export async function within<T>(
  { seconds, otherwise, signal }: Limit,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const late = new AbortController();
  const timer = setTimeout(
    () => late.abort(new DemoError('too-slow', otherwise())),
    seconds * 1000,
  );
  const either = AbortSignal.any([signal, late.signal]);
  try {
    return await work(either);
  } catch (error) {
    throw either.aborted ? either.reason : error;
  } finally {
    clearTimeout(timer);
  }
}
