import type { Readable } from 'node:stream';

/** So much is read in each span of time; a program that writes more has to wait. That is far more than ssh ever has to say. */
const BYTES = 256 * 1024;
const SPAN_MS = 100;

/**
 * Lets a stream be read, but not as fast as it can be: a program that floods its stderr must not keep this process from its work. Nothing is
 * lost; whoever writes is slowed down.
 *
 * Returns what lifts the limit. To be called when the program has ended: what is left are its last words.
 */
export function limitRate(stream: Readable): () => void {
  let left = BYTES;
  let span: NodeJS.Timeout | undefined;
  const goOn = () => {
    span = undefined;
    left = BYTES;
    stream.resume();
  };
  stream.on('data', ({ length }: Buffer) => {
    left -= length;
    span ??= setTimeout(goOn, SPAN_MS).unref();
    if (left <= 0) stream.pause();
  });
  return () => {
    clearTimeout(span);
    left = Infinity;
    stream.resume();
  };
}
