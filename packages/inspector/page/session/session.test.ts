import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createStore } from '../store/create-store.ts';
import { FIRST_STATE } from '../store/page-state.ts';
import { reduce } from '../store/reduce.ts';
import { tellFor } from './session.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const openStore = () => createStore(reduce, FIRST_STATE, () => undefined);

it('takes a notice away after a while, but not one that came later', () => {
  const store = openStore();
  tellFor(store, { text: 'Stopping a.', isProblem: false });
  vi.advanceTimersByTime(4000);
  const later = { text: 'Starting a.', isProblem: false };
  tellFor(store, later);
  vi.advanceTimersByTime(4000);
  expect(store.get().notice).toBe(later);
  vi.advanceTimersByTime(4000);
  expect(store.get().notice).toBeNull();
});

it('leaves a problem where it is', () => {
  const store = openStore();
  tellFor(store, { text: 'Could not stop a: it is gone.', isProblem: true });
  vi.advanceTimersByTime(60_000);
  expect(store.get().notice).not.toBeNull();
});
