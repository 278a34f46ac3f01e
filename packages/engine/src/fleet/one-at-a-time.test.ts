import { expect, test } from 'vitest';
import { oneAtATime } from './apply-specs.ts';

test('calls wait for one another, in their order', async () => {
  const told: string[] = [];
  const act = oneAtATime(async (name: string) => {
    told.push(`${name} begins`);
    await Promise.resolve();
    told.push(`${name} ends`);
    return name;
  });
  expect(await Promise.all([act('a'), act('b')])).toEqual(['a', 'b']);
  expect(told).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
});

test('a call that fails does not keep up the next', async () => {
  const act = oneAtATime(async (isGood: boolean) => {
    await Promise.resolve();
    if (!isGood) throw new Error('bad');
    return 'good';
  });
  const [bad, good] = await Promise.allSettled([act(false), act(true)]);
  expect(bad).toMatchObject({ status: 'rejected', reason: { message: 'bad' } });
  expect(good).toEqual({ status: 'fulfilled', value: 'good' });
});
