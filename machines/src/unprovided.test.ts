import { createActor } from 'xstate';
import { expect, test } from 'vitest';
import { unprovided } from './unprovided.ts';

test('logic that nobody provided fails with its name as soon as it is started', () => {
  const errors: unknown[] = [];
  const actor = createActor(unprovided('speaker'), { input: undefined });
  actor.subscribe({ error: (error) => errors.push(error) });
  actor.start();
  expect(errors).toEqual([new Error('the actor "speaker" was not provided')]);
});
