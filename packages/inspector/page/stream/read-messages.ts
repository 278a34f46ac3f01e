import { createParser } from 'eventsource-parser';
import type { StreamMessage } from '../../src/api.ts';

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
