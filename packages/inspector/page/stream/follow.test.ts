import { describe, expect, it } from 'vitest';
import type { StreamMessage } from '../../src/api.ts';
import { ApiError } from '../session/problem.ts';
import { follow, type Connection } from './follow.ts';

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
    const { kinds, left } = await followAll([new ApiError(403, 'forbidden', 'no'), streamOf(ALL)]);
    expect(kinds).toEqual(['refused']);
    expect(left).toHaveLength(1);
  });

  it('is not tried again when the other side ended it', async () => {
    const { last, left } = await followAll([streamOf(ALL, ENDED), streamOf(ALL)]);
    expect(last).toEqual({ kind: 'ended', reason: 'stopped' });
    expect(left).toHaveLength(1);
  });
});
