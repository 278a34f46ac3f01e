import { createVirtualClock } from '@holdfast/machines';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createActor, createMachine, type Actor, type AnyActorLogic } from 'xstate';
import type { SourceObserver } from '../source.ts';
import { countedLight, trafficLight } from '../testing/traffic-light.ts';
import { actorsSource, type ActorsSource } from './actors-source.ts';
import type { SeenLimits } from './seen-actors.ts';

let nowMs: number;
let stops: (() => void)[];
beforeEach(() => {
  nowMs = 1_800_000_000_000;
  stops = [];
});
afterEach(() => {
  for (const stop of stops) stop();
});

function sourceOf(limits?: Partial<SeenLimits>): ActorsSource {
  return actorsSource({ title: 'a test', version: '1.2.3', limits, now: () => nowMs });
}

function run<TLogic extends AnyActorLogic>(
  source: ActorsSource,
  logic: TLogic,
  id?: string,
): Actor<TLogic> {
  const clock = createVirtualClock();
  const options = { clock, input: {}, inspect: source.take, ...(id === undefined ? {} : { id }) };
  const actor = createActor(logic, options as never) as Actor<TLogic>;
  stops.push(() => actor.stop());
  return actor.start();
}

/** Watches a source, and writes down what it says. */
function watch(source: ActorsSource, followed: string) {
  const heard: unknown[] = [];
  const observer: SourceObserver = {
    changed: (name) => heard.push(['changed', name]),
    listed: () => heard.push(['listed']),
    isFollowed: (name) => name === followed,
    stepped: (name, { event, taken }) => heard.push(['stepped', name, event, taken]),
    ended: (reason) => heard.push(['ended', reason]),
  };
  return { heard, unwatch: source.watch(observer) };
}

describe('rows', () => {
  test("each machine is a row, a parent's and a child's; callbacks and promises are none", () => {
    const source = sourceOf();
    run(source, trafficLight, 'crossing');
    expect(source.names()).toEqual(['crossing', 'lamp']);
    expect(source.row('crossing')).toMatchObject({
      chart: 'traffic light',
      state: 'red + wait',
      active: ['on', 'on.cars', 'on.people', 'on.cars.red', 'on.people.wait'],
      roundTripsMs: [],
      needsAttention: false,
      sinceMs: 1_800_000_000_000,
    });
    expect(source.row('lamp')).toMatchObject({ chart: 'lamp', state: 'dark' });
    expect(source.row('hum')).toBeUndefined();
  });

  test('a row says which transitions were taken last, and since when its state is what it is', () => {
    const source = sourceOf();
    const light = run(source, trafficLight, 'crossing');
    nowMs += 500;
    light.send({ type: 'next' });
    nowMs += 500;
    light.send({ type: 'nobody knows this' } as never);
    expect(source.row('crossing')).toMatchObject({
      state: 'green + wait',
      taken: ['on.cars.red#next/0'],
      sinceMs: 1_800_000_000_500,
    });
  });

  test('a history state leads back to what was active', () => {
    const source = sourceOf();
    const light = run(source, countedLight(new Promise(() => {})), 'crossing');
    light.send({ type: 'next' });
    light.send({ type: 'power' });
    expect(source.row('crossing')).toMatchObject({ state: 'off', active: ['off'] });
    light.send({ type: 'power' });
    expect(source.row('crossing')).toMatchObject({ state: 'green + wait', taken: ['off#power/0'] });
  });

  test('an actor without a name of its own is called as its machine, and a second one is told apart', () => {
    const source = sourceOf();
    run(source, trafficLight);
    const second = run(source, trafficLight);
    expect(source.names().filter((name) => name.startsWith('traffic'))).toEqual([
      'traffic light',
      `traffic light ${second.sessionId}`,
    ]);
  });

  test('an actor that has ended stays, until another one takes its name', () => {
    const source = sourceOf();
    const first = run(source, trafficLight, 'crossing');
    first.stop();
    expect(source.row('crossing')).toMatchObject({ state: 'stopped' });
    run(source, trafficLight, 'crossing');
    expect(source.names()).toEqual(['crossing', 'lamp']);
    expect(source.row('crossing')).toMatchObject({ state: 'red + wait' });
  });

  test('a machine that failed needs attention', () => {
    const source = sourceOf();
    const broken = createMachine({
      id: 'broken',
      entry: () => {
        throw new Error('no');
      },
    });
    const actor = createActor(broken, { inspect: source.take });
    actor.subscribe({ error: () => {} });
    actor.start();
    expect(source.row('broken')).toMatchObject({ state: 'error', needsAttention: true });
  });
});

describe('steps', () => {
  test('all that a machine handled is on record, in its own words, within a time', () => {
    const source = sourceOf();
    const light = run(source, trafficLight, 'crossing');
    const clock = light.clock as ReturnType<typeof createVirtualClock>;
    nowMs += 1000;
    clock.advance(1000);
    nowMs += 1000;
    light.send({ type: 'walk', steps: 12 });
    const answer = source.steps('crossing', {});
    expect(answer).toMatchObject({
      name: 'crossing',
      earliestMs: 1_800_000_000_000,
      isCut: false,
      steps: [
        { index: 0, event: 'start', taken: [] },
        { index: 1, event: 'after 1000', detail: null, atMs: 1_800_000_001_000 },
        {
          index: 2,
          event: 'walk',
          detail: '{"steps":12}',
          state: 'red + walk',
          taken: ['on.people.wait#walk/0'],
        },
      ],
    });
    const late = source.steps('crossing', { fromMs: 1_800_000_001_500 });
    expect(late).toMatchObject({ steps: [{ index: 2 }] });
    const early = source.steps('crossing', { toMs: 1_800_000_000_500 });
    expect(early).toMatchObject({ steps: [{ index: 0 }] });
  });

  test('who watches hears what changes, and steps of the one that is followed, until it goes', () => {
    const source = sourceOf();
    const { heard, unwatch } = watch(source, 'crossing');
    const light = run(source, trafficLight, 'crossing');
    expect(heard).toContainEqual(['listed']);
    heard.length = 0;
    light.send({ type: 'next' });
    expect(heard).toEqual([
      ['changed', 'crossing'],
      ['stepped', 'crossing', 'next', ['on.cars.red#next/0']],
    ]);
    unwatch();
    light.send({ type: 'next' });
    expect(heard).toHaveLength(2);
  });

  test('memory is bounded: the oldest steps and the actors that ended first are forgotten', () => {
    const source = sourceOf({ actors: 3, steps: 2 });
    const [one, two] = ['one', 'two'].map((id) =>
      run(source, createMachine({ id, on: { ping: {} } })),
    );
    for (let count = 0; count < 5; count += 1) one!.send({ type: 'ping' });
    expect(source.steps('one', {})).toMatchObject({ steps: [{ index: 4 }, { index: 5 }] });
    two!.stop();
    run(source, createMachine({ id: 'three' }));
    run(source, createMachine({ id: 'four' }));
    run(source, createMachine({ id: 'five' }));
    expect(source.names()).toEqual(['one', 'three', 'four']);
  });
});

test('reasons and orders are for tunnels', () => {
  const source = sourceOf();
  run(source, trafficLight, 'crossing');
  expect(source.hello()).toMatchObject({ kind: 'actors', actions: [] });
  expect(() => source.why('crossing')).toThrow('only tunnels have reasons');
  expect(() => source.act('crossing', 'stop')).toThrow('take no orders');
});
