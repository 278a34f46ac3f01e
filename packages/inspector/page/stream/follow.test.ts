import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StreamMessage } from '../../src/api.ts';
import { AnswerError } from '../session/api-client.ts';
import { type Connection, follow, readMessages, retryWaitMs } from './follow.ts';

function streamOf(...texts: string[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (const text of texts) controller.enqueue(new TextEncoder().encode(text));
      controller.close();
    },
  });
}

const ALL = 'data: {"type":"all","atMs":1,"rows":[]}\n\n';
const ENDED = 'data: {"type":"ended","reason":"stopped"}\n\n';

/** Opens one after the other; a stream, or an error to throw. */
async function followAll(openings: readonly (ReadableStream<Uint8Array> | Error)[]) {
  const left = [...openings];
  const kinds: Connection[] = [];
  const messages: StreamMessage[] = [];
  const abort = new AbortController();
  await follow({
    open: () => {
      const next = left.shift();
      if (next === undefined) return Promise.reject(new Error('opened too often'));
      return next instanceof Error ? Promise.reject(next) : Promise.resolve(next);
    },
    onMessage: (message) => messages.push(message),
    onConnection: (connection) => kinds.push(connection),
    wait: () => Promise.resolve(left.length === 0 ? abort.abort() : undefined),
    signal: abort.signal,
  });
  return { kinds: kinds.map(({ kind }) => kind), last: kinds.at(-1), messages, left };
}

describe('a stream that is followed', () => {
  it('is opened again when it is cut', async () => {
    const { kinds, messages } = await followAll([streamOf(ALL), streamOf(ALL, ENDED)]);
    expect(kinds).toEqual(['open', 'lost', 'open', 'ended']);
    expect(messages).toHaveLength(2);
  });

  it('counts failures in a row, and begins anew once it was open', async () => {
    const broken = new TypeError('Failed to fetch');
    const { last } = await followAll([broken, broken, streamOf(ALL), broken, broken]);
    expect(last).toMatchObject({ kind: 'lost', tries: 3 });
  });

  it('is not tried again when the token is refused', async () => {
    const { kinds, left } = await followAll([
      new AnswerError(403, 'forbidden', 'no'),
      streamOf(ALL),
    ]);
    expect(kinds).toEqual(['refused']);
    expect(left).toHaveLength(1);
  });

  it('is not tried again when the other side ended it', async () => {
    const { last, left } = await followAll([streamOf(ALL, ENDED), streamOf(ALL)]);
    expect(last).toEqual({ kind: 'ended', reason: 'stopped' });
    expect(left).toHaveLength(1);
  });
});

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

it.each([
  [1, 0, 500],
  [2, 0, 1000],
  [5, 0, 8000],
  [6, 0, 10_000],
  [600, 0, 10_000],
  [1, 1, 375],
])('waits after try %i with chance %d for %i ms', (tries, chance, expected) => {
  expect(retryWaitMs(tries, chance)).toBe(expected);
});

it('never waits less for more failures', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 100 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (tries, chance) => {
        expect(retryWaitMs(tries + 1, chance)).toBeGreaterThanOrEqual(retryWaitMs(tries, chance));
      },
    ),
  );
});
