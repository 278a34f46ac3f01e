/** The demo ends before its last scene. */
export class EarlyEnd extends Error {
  /** Exit status of the program. */
  readonly exitStatus: number;

  constructor(sentence: string, exitStatus = 1) {
    super(sentence);
    this.name = 'EarlyEnd';
    this.exitStatus = exitStatus;
  }
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
  const timer = setTimeout(() => late.abort(new EarlyEnd(otherwise())), seconds * 1000);
  const either = AbortSignal.any([signal, late.signal]);
  try {
    return await work(either);
  } catch (error) {
    throw either.aborted ? either.reason : error;
  } finally {
    clearTimeout(timer);
  }
}
