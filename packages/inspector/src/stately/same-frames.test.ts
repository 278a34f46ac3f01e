import { createVirtualClock } from '@holdfast/machines';
import { afterEach, expect, test } from 'vitest';
import { createActor, type AnyActorLogic, type AnyEventObject } from 'xstate';
import { inertTunnel } from '../testing/inert-tunnel.ts';
import { createPackageFrames } from '../testing/package-frames.ts';
import { countedLight, trafficLight } from '../testing/traffic-light.ts';
import type { StatelyFrame } from './frame.ts';
import { createStatelyFrames } from './stately-frames.ts';

/** An event, milliseconds that go by, or what happens outside of the machine. */
type Input = AnyEventObject | number | (() => void);

/** The day of a tunnel: started, proved, frozen, restarted, stopped. */
const TUNNEL_DAY: readonly Input[] = [
  { type: 'child.spawned', pid: 4711, atMs: 0 },
  { type: 'child.ready', atMs: 400 },
  31_000,
  { type: 'heartbeat.answered', atMs: 31_000, roundTripMs: 12 },
  600_000,
  { type: 'heartbeat.missed', reason: 'no answer within 30 s' },
  6000,
  {
    type: 'child.exited',
    code: 255,
    signal: null,
    atMs: 640_000,
    failure: { class: 'unknown', sentence: 'it died', line: 'client_loop: send disconnect' },
  },
  20_000,
  { type: 'tunnel.stop' },
  { type: 'child.exited', code: null, signal: 'SIGTERM', atMs: 660_000 },
];

let stop = () => {};
afterEach(() => stop());

/** As it travels, without what differs from one moment to the next. */
function comparable(frame: object): unknown {
  return JSON.parse(JSON.stringify({ ...frame, createdAt: 'some time' }));
}

/** Plays a day under both producers at once, and gives what each has said. */
async function playUnderBoth(
  logic: AnyActorLogic,
  day: readonly Input[],
  { depthLimit, ...options }: { depthLimit: number; id?: string; input?: unknown },
) {
  const { inspect: inspectTheirs, frames: theirs } = createPackageFrames(depthLimit);
  const ours: StatelyFrame[] = [];
  const { inspect } = createStatelyFrames({
    send: (frame) => ours.push(frame),
    redact: (value) => value,
    depthLimit,
  });
  // Their producer serialises late: it has to be done with one input before the next one comes.
  const settle = () => expect.poll(() => theirs.length - ours.length, { interval: 5 }).toBe(0);
  const clock = createVirtualClock();
  const actor = createActor(logic, {
    ...options,
    clock,
    inspect(event) {
      inspect.next?.(event);
      inspectTheirs.next?.(event);
    },
  });
  stop = () => actor.stop();
  await Promise.resolve();
  await settle();
  actor.start();
  await settle();
  for (const input of day) {
    if (typeof input === 'number') clock.advance(input);
    else if (typeof input === 'function') input();
    else actor.send(input);
    await settle();
  }
  return { ours: ours.map(comparable), theirs: theirs.map(comparable), actor };
}

test.each([10, 24])(
  'the frames of a tunnel are those of @statelyai/inspect, one by one, to a depth of %i',
  async (depthLimit) => {
    const day = { depthLimit, id: 'db', input: { hasHeartbeat: true, pollSeconds: 600 } };
    const { ours, theirs, actor } = await playUnderBoth(inertTunnel, TUNNEL_DAY, day);
    expect(actor.getSnapshot()).toMatchObject({ status: 'done', value: 'stopped' });
    expect(theirs.length).toBeGreaterThan(20);
    expect(ours).toEqual(theirs);
  },
);

test.each([3, 10])(
  'the frames of a machine with children and odd values are those of @statelyai/inspect, to a depth of %i',
  async (depthLimit) => {
    let finishCount: (count: number) => void = () => {};
    const counted = new Promise<number>((resolve) => (finishCount = resolve));
    const { ours, theirs } = await playUnderBoth(
      countedLight(counted),
      [
        { type: 'next' },
        { type: 'walk', steps: 12 },
        { type: 'next' },
        { type: 'power', reason: 'a storm' },
        () => finishCount(3),
        1000,
        { type: 'power' },
        { type: 'nobody knows this' },
      ],
      { depthLimit },
    );
    expect(new Set(theirs.map((frame) => (frame as StatelyFrame).type)).size).toBe(3);
    expect(ours).toEqual(theirs);
  },
);

test('an actor that hurries on is first shown as it began, where @statelyai/inspect shows where it is by then', async () => {
  const { inspect: inspectTheirs, frames: theirs } = createPackageFrames(10);
  const ours: StatelyFrame[] = [];
  const { inspect } = createStatelyFrames({ send: (frame) => ours.push(frame) });
  const actor = createActor(trafficLight, {
    inspect(event) {
      inspect.next?.(event);
      inspectTheirs.next?.(event);
    },
  });
  stop = () => actor.stop();
  actor.start();
  actor.send({ type: 'power' });
  await expect.poll(() => theirs.length - ours.length, { interval: 5 }).toBe(0);
  expect(theirs[0]).toMatchObject({ type: '@xstate.actor', snapshot: { value: 'off' } });
  expect(ours[0]).toMatchObject({
    type: '@xstate.actor',
    snapshot: { value: { on: { cars: 'red', people: 'wait' } } },
  });
  const types = (frames: readonly { type: string }[]) => frames.map(({ type }) => type);
  expect(types(ours)).toEqual(types(theirs));
});
