import { afterEach, expect, test, vi } from 'vitest';
import { findFreePorts, reservePorts } from './free-ports.ts';

afterEach(() => void vi.restoreAllMocks());

test('a port that was found is found by nobody else until it is given back', async () => {
  const { first, release } = await reservePorts(2);
  const random = vi.spyOn(Math, 'random');
  const lookFirstAt = (port: number) => random.mockReturnValueOnce((port - 10_000) / 21_000 + 1e-9);
  lookFirstAt(first);
  lookFirstAt(first + 1);
  expect([first, first + 1]).not.toContain(await findFreePorts(1));
  release();
  lookFirstAt(first);
  expect(await findFreePorts(2)).toBe(first);
});
