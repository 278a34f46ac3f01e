import { MuxError } from './mux-error.ts';

/** What every request is given. */
export interface RequestOptions {
  /** How long to wait for an answer. */
  readonly timeoutMs: number;
  /** Ends the waiting. */
  readonly signal?: AbortSignal | undefined;
}

/** Somebody who waits for an answer, in bounded time. */
export interface Waiter<T> {
  readonly promise: Promise<T>;
  /** Hands over the answer. Says whether somebody still waited for it. */
  resolve(answer: T): boolean;
  /** The error is made only if somebody still waits. */
  reject(reason: () => MuxError): void;
}

/** Waits until there is an answer or an error, the time is over, or the signal is given. */
export function createWaiter<T>({ timeoutMs, signal }: RequestOptions): Waiter<T> {
  let settle = {
    resolve: (_answer: T) => undefined as void,
    reject: (_error: MuxError) => undefined as void,
  };
  const promise = new Promise<T>((resolve, reject) => (settle = { resolve, reject }));
  let isWaiting = true;
  const stop = () => {
    const wasWaiting = isWaiting;
    isWaiting = false;
    clearTimeout(late);
    signal?.removeEventListener('abort', abort);
    return wasWaiting;
  };
  const reject = (reason: () => MuxError) => {
    if (stop()) settle.reject(reason());
  };
  const abort = () =>
    reject(
      () =>
        new MuxError('aborted', 'nobody waits for the answer any more', { cause: signal?.reason }),
    );
  const late = setTimeout(
    () => reject(() => new MuxError('timed-out', `no answer within ${timeoutMs} ms`)),
    timeoutMs,
  );
  signal?.addEventListener('abort', abort);
  if (signal?.aborted) abort();
  return {
    promise,
    resolve(answer) {
      const wasWaiting = stop();
      if (wasWaiting) settle.resolve(answer);
      return wasWaiting;
    },
    reject,
  };
}
