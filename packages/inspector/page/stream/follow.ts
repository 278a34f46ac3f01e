import { createParser } from 'eventsource-parser';
import type { StreamMessage } from '../../src/api.ts';
import { isRefusal, problemSentence } from '../session/api-client.ts';

/** How it stands with the connection to the server. */
export type Connection =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'open' }
  /** Cut; tried again at `nextAtMs`. */
  | {
      readonly kind: 'lost';
      readonly tries: number;
      readonly nextAtMs: number;
      readonly problem: string;
    }
  /** The token is missing or wrong. */
  | { readonly kind: 'refused' }
  /** The other side said that nothing more will come. */
  | { readonly kind: 'ended'; readonly reason: string };

export interface Following {
  readonly open: (signal: AbortSignal) => Promise<ReadableStream<Uint8Array>>;
  readonly onMessage: (message: StreamMessage) => void;
  readonly onConnection: (connection: Connection) => void;
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly signal: AbortSignal;
}

/** Follows the stream, and opens it again when it is cut, until it ends, is refused, or nobody wants it any more. */
export async function follow(following: Following): Promise<void> {
  const { signal, onConnection, wait } = following;
  let tries = 0;
  while (!signal.aborted) {
    const outcome = await readOnce(following, () => (tries = 0));
    if (signal.aborted) return;
    if (outcome.kind !== 'cut') return onConnection(outcome);
    tries += 1;
    const waitMs = retryWaitMs(tries, Math.random());
    const nextAtMs = Date.now() + waitMs;
    onConnection({ kind: 'lost', tries, nextAtMs, problem: outcome.problem });
    await wait(waitMs, signal);
  }
}

type Outcome =
  | { readonly kind: 'cut'; readonly problem: string }
  | Extract<Connection, { kind: 'refused' | 'ended' }>;

async function readOnce(following: Following, onOpen: () => void): Promise<Outcome> {
  const { open, onMessage, onConnection, signal } = following;
  let ended: Outcome | undefined;
  try {
    const body = await open(signal);
    onConnection({ kind: 'open' });
    onOpen();
    await readMessages(body, (message) => {
      if (signal.aborted) return;
      if (message.type === 'ended') ended = { kind: 'ended', reason: message.reason };
      else onMessage(message);
    });
  } catch (error) {
    if (isRefusal(error)) return { kind: 'refused' };
    return ended ?? { kind: 'cut', problem: problemSentence(error) };
  }
  return ended ?? { kind: 'cut', problem: 'the connection was closed' };
}

/**
 * Reads the messages of a stream until it ends.
 *
 * With `fetch`, since `EventSource` cannot send a header.
 */
export async function readMessages(
  body: ReadableStream<Uint8Array>,
  onMessage: (message: StreamMessage) => void,
): Promise<void> {
  const parser = createParser({
    onEvent: ({ data }) => onMessage(JSON.parse(data) as StreamMessage),
  });
  const decoder = new TextDecoder();
  const reader = body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    parser.feed(decoder.decode(value, { stream: true }));
  }
}

const FIRST_MS = 500;
const LONGEST_MS = 10_000;

/**
 * How long to wait before the next try, in milliseconds: twice as long each time, up to ten seconds.
 *
 * @param tries - failures in a row, from 1.
 * @param chance - from 0 to 1: up to a quarter less, so that many pages do not come at once.
 */
export function retryWaitMs(tries: number, chance: number): number {
  const full = Math.min(LONGEST_MS, FIRST_MS * 2 ** (tries - 1));
  return Math.round(full * (1 - chance / 4));
}

/** Resolves after so many milliseconds, or when nobody waits any more. */
export function waitFor(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
  });
}
