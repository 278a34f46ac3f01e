import { createApiStream } from './api-stream.ts';
import { openFrame, saysConnected, statelyFrame } from './bridge.ts';
import { follow, type Connection } from '../stream/follow.ts';
import { waitFor } from '../stream/wait-for.ts';
import { STATELY_URL } from '../../src/stately/stately-origin.ts';

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
    say('Nothing is sent.');
  };
}

function sentenceOf(connection: Connection): string {
  switch (connection.kind) {
    case 'connecting':
    case 'open':
      return 'Frames go to stately.ai.';
    case 'lost':
      return `The supervisor does not answer: ${connection.problem}. It is asked again.`;
    case 'refused':
      return 'The token is missing or wrong: open the page with holdfast inspect --stately.';
    case 'ended':
      return `Nothing more is sent: ${connection.reason}.`;
  }
}
