import type { StreamMessage } from '../../src/api.ts';
import { createEventReader } from './sse.ts';

/** Reads the messages of a stream until it ends. */
export async function readMessages(
  body: ReadableStream<Uint8Array>,
  onMessage: (message: StreamMessage) => void,
): Promise<void> {
  const read = createEventReader();
  const decoder = new TextDecoder();
  const reader = body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    for (const data of read(decoder.decode(value, { stream: true }))) {
      onMessage(JSON.parse(data) as StreamMessage);
    }
  }
}
