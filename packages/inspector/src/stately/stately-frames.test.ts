import { createVirtualClock } from '@holdfast/machines';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createActor, type Actor } from 'xstate';
import { countedLight, trafficLight } from '../testing/traffic-light.ts';
import type { StatelyFrame } from './frame.ts';
import { createStatelyFrames } from './stately-frames.ts';

let actor: Actor<typeof trafficLight>;
let sent: StatelyFrame[];
beforeEach(() => {
  sent = [];
  actor = createActor(trafficLight, { id: 'crossing', clock: createVirtualClock() });
});
afterEach(() => actor.stop());

function frames() {
  return createStatelyFrames({ send: (frame) => sent.push(frame), now: () => 1_800_000_000_000 });
}

describe('a viewer that comes late', () => {
  test('gets one frame for each actor, with its present state, parents first', () => {
    actor.start();
    actor.send({ type: 'next' });
    frames().greet([actor]);
    expect(sent.map((frame) => [frame.type, 'name' in frame ? frame.name : ''])).toEqual([
      ['@xstate.actor', 'crossing'],
      ['@xstate.actor', 'hum'],
      ['@xstate.actor', 'lamp'],
    ]);
    const [crossing, hum] = sent;
    expect(crossing).toMatchObject({
      createdAt: '1800000000000',
      id: null,
      rootId: actor.sessionId,
      snapshot: { status: 'active', value: { on: { cars: 'green', people: 'wait' } } },
    });
    expect(hum).toMatchObject({ rootId: actor.sessionId, definition: '{"id":"hum"}' });
  });

  test('gets the parent too, if a child is what is looked at', () => {
    actor.start();
    frames().greet([actor.getSnapshot().children['lamp']!]);
    expect(sent.map((frame) => 'name' in frame && frame.name)).toEqual(['crossing', 'lamp']);
  });

  test('hears from then on what happens, until it goes', () => {
    actor.start();
    const { inspect, greet } = frames();
    greet([actor]);
    const watching = actor.system.inspect(inspect);
    sent.length = 0;
    actor.send({ type: 'next' });
    expect(sent.map(({ type }) => type)).toEqual(['@xstate.event', '@xstate.snapshot']);
    watching.unsubscribe();
    actor.send({ type: 'next' });
    expect(sent).toHaveLength(2);
  });
});

test('a frame that cannot be made is missing, and the actor knows nothing of it', () => {
  const problem = vi.fn<(error: unknown) => void>();
  const { inspect } = createStatelyFrames({
    send: (frame) => sent.push(frame),
    redact() {
      throw new Error('a bug');
    },
  });
  actor.subscribe({ error: problem });
  actor.start();
  actor.system.inspect(inspect);
  actor.send({ type: 'next' });
  expect(actor.getSnapshot()).toMatchObject({ status: 'active', value: { on: { cars: 'green' } } });
  expect(problem).not.toHaveBeenCalled();
  expect(sent).toEqual([]);
});

test('what is private in contexts and events is taken out before it is sent', () => {
  actor.start();
  const { inspect, greet } = frames();
  greet([actor]);
  actor.system.inspect(inspect);
  actor.send({ type: 'power', reason: 'the key /home/me/.ssh/id_rsa' });
  const text = JSON.stringify(sent);
  expect(text).toContain('"password":"[redacted]"');
  expect(text).toContain('{"reason":"[redacted]","type":"power"}');
  expect(text).not.toContain('id_rsa');
});

test('an actor that was never started is told of, too', async () => {
  const { inspect } = frames();
  createActor(countedLight(Promise.resolve(1)), { id: 'idle', inspect });
  await Promise.resolve();
  expect(sent[0]).toMatchObject({ name: 'idle', snapshot: { status: 'active' } });
});

test('an event without a type of its own after redaction keeps its type', () => {
  actor.start();
  const { inspect } = createStatelyFrames({
    send: (frame) => sent.push(frame),
    redact: () => ({}),
  });
  actor.system.inspect(inspect);
  actor.send({ type: 'next' });
  expect(sent[0]).toMatchObject({ event: { type: 'next' } });
});
