import { type Connection, follow, waitFor } from '../stream/follow.ts';
import { STATELY_URL } from '../../src/stately/stately-origin.ts';
import { AnswerError } from '../session/api-client.ts';

/** What a sending needs. */
export interface SendingParts {
  readonly token: string;
  readonly place: HTMLElement;
  readonly say: (sentence: string) => void;
}

/** Opens Stately's page, and hands it frames whenever it says that it is ready; gives what ends that. */
export function startSending({ token, place, say }: SendingParts): () => void {
  const over = new AbortController();
  let stream = new AbortController();
  const stately = statelyFrame(openFrame(place, STATELY_URL));
  say('Waiting for stately.ai.');
  const begin = () => {
    // It says so again after a reload, and then knows nothing any more.
    stream.abort();
    stream = new AbortController();
    void follow({
      open: createApiStream(token),
      onMessage: (frame: unknown) => stately.post(frame),
      onConnection: (connection) => say(sentenceOf(connection)),
      wait: waitFor,
      signal: stream.signal,
    });
  };
  window.addEventListener(
    'message',
    (event) => {
      if (stately.sent(event) && saysConnected(event.data)) begin();
    },
    { signal: over.signal },
  );
  return () => {
    over.abort();
    stream.abort();
    stately.post({ type: '@statelyai.disconnected' });
    place.replaceChildren();
    say('Not sending.');
  };
}

function sentenceOf(connection: Connection): string {
  switch (connection.kind) {
    case 'connecting':
    case 'open':
      return 'Sending to stately.ai.';
    case 'lost':
      return `The supervisor does not answer: ${connection.problem}. Trying again.`;
    case 'refused':
      return 'The token is missing or wrong: open the page with holdfast inspect --stately.';
    case 'ended':
      return `Stopped sending: ${connection.reason}.`;
  }
}

/** Stately's page in a frame of ours. */
interface StatelyFrameElement {
  /** Hands a message to it, and to no page of another origin that may be shown there by then. */
  post(message: unknown): void;
  /** Whether a message came from it. */
  sent(event: Pick<MessageEvent, 'source' | 'origin'>): boolean;
}

/** Whether a message says that Stately's inspector is ready. */
function saysConnected(data: unknown): boolean {
  return (
    typeof data === 'object' &&
    data !== null &&
    (data as { type?: unknown }).type === '@statelyai.connected'
  );
}

/** A frame with its page; messages to and from it are bound to the origin of that page. */
function statelyFrame(frame: HTMLIFrameElement): StatelyFrameElement {
  const { origin } = new URL(frame.src);
  return {
    post: (message) => frame.contentWindow?.postMessage(message, origin),
    sent: (event) => event.source === frame.contentWindow && event.origin === origin,
  };
}

/** Makes the frame; from now on the browser talks to Stately. */
function openFrame(place: HTMLElement, url: string): HTMLIFrameElement {
  const frame = document.createElement('iframe');
  frame.title = "Stately's inspector";
  frame.referrerPolicy = 'no-referrer';
  // All that its page needs, and not to lead this window elsewhere.
  frame.setAttribute('sandbox', 'allow-scripts allow-same-origin allow-forms allow-popups');
  frame.src = url;
  place.replaceChildren(frame);
  return frame;
}

/** Opens the stream of frames; the server's own address is the only one that is asked. */
function createApiStream(token: string) {
  return async (signal: AbortSignal): Promise<ReadableStream<Uint8Array>> => {
    const headers = { authorization: `Bearer ${token}` };
    const { ok, status, body } = await fetch('/api/stately', {
      headers,
      signal,
      cache: 'no-store',
    });
    if (ok && body !== null) return body;
    throw new AnswerError(status, 'internal', `it answered ${status}`);
  };
}
