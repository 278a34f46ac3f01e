import { expect, it } from 'vitest';
import { takeToken } from './token.ts';

function memory() {
  const kept = new Map<string, string>();
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  };
}

it('takes the token out of the fragment and leaves the rest', () => {
  expect(takeToken('#token=abc&tunnel=db', memory())).toEqual({
    token: 'abc',
    fragment: 'tunnel=db',
  });
});

it('finds the token again after a reload', () => {
  const keep = memory();
  takeToken('#token=abc', keep);
  expect(takeToken('#tunnel=db', keep).token).toBe('abc');
});

it('prefers the token of a new address to the one that was kept', () => {
  const keep = memory();
  takeToken('#token=old', keep);
  expect(takeToken('#token=new', keep).token).toBe('new');
  expect(takeToken('', keep).token).toBe('new');
});

it('has none if nobody gave one', () => {
  expect(takeToken('', memory()).token).toBeNull();
});
