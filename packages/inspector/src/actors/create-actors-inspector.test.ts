import { afterEach, expect, test } from 'vitest';
import { createActor } from 'xstate';
import type { InspectorHello, StreamMessage } from '../api.ts';
import { FAKE_FILES } from '../testing/inspector-scene.ts';
import { trafficLight } from '../testing/traffic-light.ts';
import { createActorsInspector, type ActorsInspector } from './create-actors-inspector.ts';

let inspector: ActorsInspector;
afterEach(() => inspector.close());

/** Asks as the page does. */
async function ask(path: string): Promise<Response> {
  const url = new URL(await inspector.url);
  const authorization = `Bearer ${url.hash.slice('#token='.length)}`;
  return fetch(new URL(path, url.origin), { headers: { authorization } });
}

/** The messages of a stream, as they come. */
async function* read<T>(response: Response): AsyncGenerator<T> {
  let rest = '';
  for await (const piece of response.body!.pipeThrough(new TextDecoderStream())) {
    const parts = `${rest}${piece}`.split('\n\n');
    rest = parts.pop() ?? '';
    for (const part of parts) {
      if (part.startsWith('data: ')) yield JSON.parse(part.slice('data: '.length)) as T;
    }
  }
}

test('a program with a machine of its own is served: its rows, its chart, its steps, as they come', async () => {
  inspector = createActorsInspector({ title: 'a crossing', files: FAKE_FILES });
  const light = createActor(trafficLight, { id: 'crossing', inspect: inspector.inspect }).start();
  expect(new URL(await inspector.url).hostname).toBe('127.0.0.1');
  const hello = (await (await ask('/api/hello')).json()) as InspectorHello;
  expect(hello).toMatchObject({ kind: 'actors', title: 'a crossing', actions: [] });

  const stream = read<StreamMessage>(await ask('/api/stream?watch=crossing'));
  const first = (await stream.next()).value as StreamMessage;
  expect(first).toMatchObject({ type: 'all', rows: [{ name: 'crossing' }, { name: 'lamp' }] });
  light.send({ type: 'next' });
  const second = (await stream.next()).value as StreamMessage;
  expect(second).toMatchObject({
    type: 'changed',
    rows: [{ name: 'crossing', state: 'green + wait', taken: ['on.cars.red#next/0'] }],
    steps: [{ event: 'next' }],
  });
  const chart = await ask('/api/charts/traffic%20light');
  expect(await chart.json()).toMatchObject({ chart: { id: 'traffic light' } });
  expect((await ask('/api/tunnels/crossing/why')).status).toBe(404);
  light.stop();
});

test("the same actors go to the page for Stately's inspector", async () => {
  inspector = createActorsInspector({ files: FAKE_FILES });
  const light = createActor(trafficLight, { id: 'crossing', inspect: inspector.inspect }).start();
  const gone = createActor(trafficLight, { id: 'gone', inspect: inspector.inspect }).start();
  gone.stop();
  expect(new URL(await inspector.statelyUrl).pathname).toBe('/stately');
  const stream = read<{ name?: string; type: string }>(await ask('/api/stately'));
  const names = [];
  for (let count = 0; count < 3; count += 1) names.push((await stream.next()).value.name);
  expect(names).toEqual(['crossing', 'hum', 'lamp']);
  light.send({ type: 'next' });
  expect((await stream.next()).value.type).toBe('@xstate.event');
  light.stop();
});

test('a port that cannot be had is told to who asks for the address, and harms nobody else', async () => {
  inspector = createActorsInspector({ files: FAKE_FILES });
  const port = Number(new URL(await inspector.url).port);
  const second = createActorsInspector({ files: FAKE_FILES, port });
  await expect(second.url).rejects.toMatchObject({ code: 'EADDRINUSE' });
  const light = createActor(trafficLight, { inspect: second.inspect }).start();
  light.send({ type: 'next' });
  expect(light.getSnapshot().matches({ on: { cars: 'green' } })).toBe(true);
  light.stop();
  await second.close();
});
