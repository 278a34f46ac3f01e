import { afterEach, expect, test, vi } from 'vitest';
import { findFreePorts, reservePorts } from './free-ports.ts';

afterEach(() => void vi.restoreAllMocks());

test('a port that was found is found by nobody else until it is given back', async () => {
  const { first, release } = await reservePorts(2);
  // Chance would have it that all look at the same place.
  const chances = [first, first + 1, first + 2].map((port) => (port - 10_000) / 21_000 + 1e-9);
  const random = vi.spyOn(Math, 'random');
  for (const chance of chances) random.mockReturnValueOnce(chance);
  expect(await findFreePorts(1)).toBe(first + 2);
  release();
  random.mockReturnValueOnce(chances[0]!);
  expect(await findFreePorts(2)).toBe(first);
});
