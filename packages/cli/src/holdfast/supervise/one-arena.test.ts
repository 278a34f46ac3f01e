import { expect, test } from 'vitest';
import { forgetOneArena, withOneArena } from './small-heap.ts';

test('a supervisor is started with one arena, unless the user says otherwise', () => {
  expect(withOneArena({ HOME: '/root' })).toEqual({ HOME: '/root', MALLOC_ARENA_MAX: '1' });
  expect(withOneArena({ MALLOC_ARENA_MAX: '4' })).toEqual({ MALLOC_ARENA_MAX: '4' });
});

test('ssh hears nothing of it, and keeps what the user said', () => {
  const ours = { HOME: '/root', MALLOC_ARENA_MAX: '1' };
  const theirs = { MALLOC_ARENA_MAX: '4' };
  forgetOneArena(ours);
  forgetOneArena(theirs);
  expect(ours).toEqual({ HOME: '/root' });
  expect(theirs).toEqual({ MALLOC_ARENA_MAX: '4' });
});
