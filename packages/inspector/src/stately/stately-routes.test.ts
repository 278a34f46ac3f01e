import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createActor, type Actor, type InspectionEvent, type Observer } from 'xstate';
import { serveInspector, type InspectorServer } from '../server/serve-inspector.ts';
import { createFakeSource } from '../testing/fake-source.ts';
import { trafficLight } from '../testing/traffic-light.ts';
import type { StatelyFrame } from './frame.ts';
import { createStatelyRoutes, type StatelyRoutes } from './stately-routes.ts';

let actor: Actor<typeof trafficLight>;
let stately: StatelyRoutes;
let server: InspectorServer;
let watching = 0;

beforeEach(async () => {
  actor = createActor(trafficLight, { id: 'crossing' }).start();
  stately = createStatelyRoutes(
    {
      actors: () => [actor],
      inspect(observer: Observer<InspectionEvent>) {
        watching += 1;
        const { unsubscribe } = actor.system.inspect(observer);
        return {
          unsubscribe() {
            watching -= 1;
            unsubscribe();
          },
        };
      },
    },
    { streams: 2, unreadBytes: 64 * 1024 },
  );
  server = await serveInspector(createFakeSource([]), { files: new Map(), routes: stately.routes });
});

afterEach(async () => {
  await server.close();
  actor.stop();
});

/** Opens the stream as the page does. */
async function open(
  signal?: AbortSignal,
  token = new URL(server.url).hash.slice('#token='.length),
) {
  const headers = { authorization: `Bearer ${token}` };
  const url = `http://127.0.0.1:${server.port}/api/stately`;
  return fetch(url, { headers, ...(signal === undefined ? {} : { signal }) });
}

/** The next frames of a stream. */
async function take(response: Response, count: number): Promise<readonly StatelyFrame[]> {
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  const whole = () => text.split('\n\n').slice(0, -1);
  while (whole().length < count) text += (await reader.read()).value ?? '';
  return whole().map((each) => JSON.parse(each.slice('data: '.length)) as StatelyFrame);
}

test('a reader gets the actors that live, then what happens; nobody is watched after it has gone', async () => {
  const over = new AbortController();
  const response = await open(over.signal);
  expect(response.headers.get('content-type')).toBe('text/event-stream');
  await expect.poll(() => watching).toBe(1);
  actor.send({ type: 'next' });
  const frames = await take(response, 5);
  expect(frames.map(({ type }) => type)).toEqual([
    '@xstate.actor',
    '@xstate.actor',
    '@xstate.actor',
    '@xstate.event',
    '@xstate.snapshot',
  ]);
  expect(frames[4]).toMatchObject({ snapshot: { value: { on: { cars: 'green' } } } });
  over.abort();
  await expect.poll(() => [watching, stately.readers()]).toEqual([0, 0]);
});

test('without the token there is no frame, and nothing is watched', async () => {
  const response = await open(undefined, 'wrong');
  expect(response.status).toBe(401);
  expect([watching, stately.readers()]).toEqual([0, 0]);
});

test('a reader too many is refused', async () => {
  const over = new AbortController();
  await open(over.signal);
  await open(over.signal);
  const third = await open(over.signal);
  expect([third.status, ((await third.json()) as { error: object }).error]).toEqual([
    503,
    { code: 'too-many', message: 'too many pages are open: close one of them' },
  ]);
  over.abort();
  await expect.poll(() => stately.readers()).toBe(0);
});

test('a reader for whom the actors cannot be told gives its place back', async () => {
  vi.spyOn(actor, 'getSnapshot').mockImplementationOnce(() => {
    throw new Error('a bug');
  });
  const response = await open();
  expect(await response.text().catch(() => '')).toBe('');
  await expect.poll(() => [watching, stately.readers()]).toEqual([0, 0]);
});

test('a reader who does not read is cut off, and no longer watched', async () => {
  await open();
  await expect.poll(() => watching).toBe(1);
  const steps = 'x'.repeat(100_000);
  // More than the buffers of two sockets.
  await expect
    .poll(
      () => {
        actor.send({ type: 'walk', steps: steps as never });
        return watching;
      },
      { timeout: 90_000, interval: 1 },
    )
    .toBe(0);
});
