import { expect, it } from 'vitest';
import { createStore } from './create-store.ts';

function counter() {
  const frames: (() => void)[] = [];
  const store = createStore(
    (sum: number, add: number) => sum + add,
    0,
    (frame) => frames.push(frame),
  );
  return { store, nextFrame: () => frames.splice(0).forEach((frame) => frame()) };
}

it('tells once a frame, after all events', () => {
  const { store, nextFrame } = counter();
  const heard: number[] = [];
  store.subscribe(() => heard.push(store.get()));
  store.send(1);
  store.send(2);
  expect(store.get()).toBe(3);
  expect(heard).toEqual([]);
  nextFrame();
  store.send(4);
  nextFrame();
  expect(heard).toEqual([3, 7]);
});

it('tells nothing if nothing changed, or to nobody who left', () => {
  const { store, nextFrame } = counter();
  let calls = 0;
  const leave = store.subscribe(() => (calls += 1));
  store.send(0);
  nextFrame();
  leave();
  store.send(1);
  nextFrame();
  expect(calls).toBe(0);
});
