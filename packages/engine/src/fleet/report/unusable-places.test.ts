import { expect, test } from 'vitest';
import type { FleetFact } from '../fleet-event.ts';
import { createUnusablePlaces } from './unusable-places.ts';

test('what cannot be used is in the status from the first word about it until it can be', () => {
  const places = createUnusablePlaces();
  let second = 0;
  const tell = (fact: FleetFact) => {
    second += 1;
    const at = `2026-01-01T00:00:0${second}.000Z`;
    places.hear({ id: second, at, tunnel: null, level: 'info', sentence: '', fact });
  };
  const [log, lock] = ['/state/log', '/run/lock'];
  expect(places.status()).toEqual({});
  tell({ type: 'place.unusable', path: log, problem: 'No space left on device' });
  tell({ type: 'place.unusable', path: lock, problem: 'Permission denied' });
  tell({ type: 'place.unusable', path: log, problem: 'Read-only file system' });
  expect(places.status().unusable).toEqual([
    { path: log, problem: 'Read-only file system', since: '2026-01-01T00:00:01.000Z' },
    { path: lock, problem: 'Permission denied', since: '2026-01-01T00:00:02.000Z' },
  ]);
  tell({ type: 'place.usable', path: log });
  tell({ type: 'place.mended', path: lock });
  expect(places.status()).toEqual({});
});
