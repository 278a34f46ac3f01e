import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readMessages } from './read-messages.ts';

/** The messages in bytes that come in these pieces. */
async function read(pieces: readonly Uint8Array[]): Promise<readonly unknown[]> {
  const messages: unknown[] = [];
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const piece of pieces) controller.enqueue(piece);
      controller.close();
    },
  });
  await readMessages(body, (message) => messages.push(message));
  return messages;
}

const bytesOf = (text: string) => new TextEncoder().encode(text);

const READINGS: readonly (readonly [string, string, readonly unknown[]])[] = [
  ['one event', 'data: "a"\n\n', ['a']],
  ['two events', 'data: "a"\n\ndata: "b"\n\n', ['a', 'b']],
  ['data of several lines', 'data: {"a":\ndata: 1}\n\n', [{ a: 1 }]],
  ['lines that end in CR LF', 'data: "a"\r\n\r\n', ['a']],
  ['a comment', ': still here\n\n', []],
  ['other fields', 'event: x\nid: 1\ndata: "a"\nretry: 5\n\n', ['a']],
  ['data without a space', 'data:"a"\n\n', ['a']],
  ['an event that is not yet whole', 'data: "a"\n', []],
];

it.each(READINGS)('reads %s', async (_, text, expected) => {
  expect(await read([bytesOf(text)])).toEqual(expected);
});

it('gives the same messages, however the bytes are cut', async () => {
  const bytes = bytesOf('data: {"a":"ü"}\r\n\r\n: note\ndata: {"b":\ndata: "☃"}\n\ndata: 3\n\n');
  const whole = [{ a: 'ü' }, { b: '☃' }, 3];
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(bytes.length), { maxLength: 8 }), async (cuts) => {
      const edges = [0, ...cuts.sort((a, b) => a - b), bytes.length];
      const pieces = edges.slice(1).map((end, index) => bytes.slice(edges[index], end));
      expect(await read(pieces)).toEqual(whole);
    }),
  );
});
