import fc from 'fast-check';
import { expect, it, vi } from 'vitest';
import { createStore } from '../store/create-store.ts';
import { FIRST_STATE } from '../store/page-state.ts';
import { reduce } from '../store/reduce.ts';
import { followPlace, readPlace, writePlace } from './place.ts';
import type { Session } from './session.ts';

it('reads what it wrote, for any name and moment', () => {
  const place = fc.record({
    tunnel: fc.string({ minLength: 1 }).filter((name) => !/[\ud800-\udfff]/u.test(name)),
    atMs: fc.option(fc.integer({ min: 0, max: 4e12 })),
  });
  fc.assert(
    fc.property(place, (any) => {
      expect(readPlace(writePlace(any))).toEqual(any);
    }),
  );
});

it.each([
  ['', null, null],
  ['#', null, null],
  ['#tunnel=', null, null],
  ['#tunnel=db', 'db', null],
  ['#tunnel=db&at=yesterday', 'db', null],
  ['#tunnel=db&at=2026-03-01T03:12:07.000Z', 'db', Date.UTC(2026, 2, 1, 3, 12, 7)],
])('reads %s', (fragment, tunnel, atMs) => {
  expect(readPlace(fragment)).toEqual({ tunnel, atMs });
});

it('keeps the choice of a reader whose address is newer than the page', () => {
  vi.useFakeTimers();
  const location = { hash: '#tunnel=db', pathname: '/' };
  const heard = new EventTarget();
  vi.stubGlobal('location', location);
  vi.stubGlobal('addEventListener', heard.addEventListener.bind(heard));
  vi.stubGlobal('removeEventListener', heard.removeEventListener.bind(heard));
  vi.stubGlobal('history', {
    replaceState: (_state: unknown, _title: string, to: string) => {
      location.hash = to.startsWith('#') ? to : '';
    },
  });
  const store = createStore(reduce, FIRST_STATE, (draw) => draw());
  const stop = followPlace({ store } as Session);
  store.send({ type: 'filter', filter: 'w' });
  // The browser tells of it in a task of its own, which may come after a timer.
  location.hash = '#tunnel=web';
  vi.runAllTimers();
  heard.dispatchEvent(new Event('hashchange'));
  expect(store.get().chosen).toBe('web');
  store.send({ type: 'choose', name: 'mail', atMs: null });
  vi.runAllTimers();
  expect(location.hash).toBe('#tunnel=mail');
  stop();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});
