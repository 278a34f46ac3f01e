import type { Taker } from './taker.ts';

/** Text that goes to somebody who may not read it. */
export interface Output {
  /** Takes whole lines, or a piece of one; never waits, never throws. What finds no room is dropped, and counted. */
  write(text: string | Buffer): void;
  /** Resolves when all is out, or after a moment if nobody takes it. */
  close(): Promise<void>;
}

/** How an output behaves where it does not flow. */
export interface OutputSettings {
  /** The line that tells how many were dropped, to be written when it flows again. */
  readonly tellDropped: (lines: number) => string;
  /** Hears why something could not be written; it was dropped. Default: nobody does. */
  readonly onError?: ((error: NodeJS.ErrnoException) => void) | undefined;
  /** So many bytes wait at most. */
  readonly limit?: number | undefined;
}

const LIMIT = 256 * 1024;

/** When to try again whether it flows, in milliseconds: more and more seldom. */
const FIRST_RETRY_MS = 20;
const LAST_RETRY_MS = 250;

/** How long the last lines may take to go out. */
const CLOSE_MS = 300;

/** What waits, and how many lines are lost with it. */
interface Piece {
  readonly bytes: Buffer;
  readonly lines: number;
}

/** Makes an output of bounded size: whatever its reader does, the writer goes on. */
export function createOutput(taker: Taker, settings: OutputSettings): Output {
  const { tellDropped, onError = () => undefined, limit = LIMIT } = settings;
  let waiting: Piece[] = [];
  let size = 0;
  let dropped = 0;
  let retryMs = FIRST_RETRY_MS;
  let retry: NodeJS.Timeout | undefined;
  let whenEmpty: (() => void) | undefined;

  const push = (piece: Piece) => {
    waiting.push(piece);
    size += piece.bytes.length;
  };

  /** Where lines are missing, once there is room again for more than a few. */
  const tellOfDropped = () => {
    if (dropped === 0 || size > limit / 2) return;
    push({ bytes: Buffer.from(tellDropped(dropped)), lines: dropped });
    dropped = 0;
  };

  /** Gives away what waits; false if there is no room for more of it now. */
  const give = (): boolean => {
    for (let piece = waiting[0]; piece !== undefined; piece = waiting[0]) {
      const { bytes, lines } = piece;
      const taken = taker.take(bytes);
      size -= taken;
      if (taken < bytes.length) {
        waiting[0] = { bytes: bytes.subarray(taken), lines };
        return false;
      }
      waiting.shift();
      tellOfDropped();
    }
    return true;
  };

  const flow = () => {
    retry = undefined;
    try {
      if (!give()) return tryLater();
    } catch (error) {
      for (const { lines } of waiting) dropped += lines;
      waiting = [];
      size = 0;
      onError(error as NodeJS.ErrnoException);
    }
    retryMs = FIRST_RETRY_MS;
    whenEmpty?.();
  };

  const tryLater = () => {
    retry = setTimeout(flow, retryMs);
    retry.unref();
    retryMs = Math.min(retryMs * 2, LAST_RETRY_MS);
  };

  return {
    write(text) {
      const bytes = typeof text === 'string' ? Buffer.from(text) : text;
      const lines = countLines(bytes);
      tellOfDropped();
      if (dropped > 0 || size + bytes.length > limit) dropped += lines;
      else push({ bytes, lines });
      if (retry === undefined) flow();
    },
    async close() {
      if (size > 0) {
        await new Promise<void>((resolve) => {
          whenEmpty = resolve;
          setTimeout(resolve, CLOSE_MS);
        });
      }
      clearTimeout(retry);
      await taker.close();
    },
  };
}

const NEWLINE = '\n'.charCodeAt(0);

/** A piece without the end of a line is the end of one, or will be. */
function countLines(bytes: Buffer): number {
  let lines = 0;
  for (let at = bytes.indexOf(NEWLINE); at !== -1; at = bytes.indexOf(NEWLINE, at + 1)) lines += 1;
  return Math.max(lines, 1);
}
