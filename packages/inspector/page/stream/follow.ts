import type { StreamMessage } from '../../src/api.ts';
import { isRefusal, problemSentence } from '../session/problem.ts';
import { readMessages } from './read-messages.ts';
import { retryWaitMs } from './retry-wait.ts';

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
