import { expect, test } from 'vitest';
import { eventDetail, eventWords } from './event-words.ts';

test.each([
  ['next', 'next'],
  ['xstate.init', 'start'],
  ['xstate.stop', 'stop'],
  ['xstate.after.1000.traffic light.on.people.wait', 'after 1000'],
  ['xstate.after.long.time.traffic light.on', 'after long.time'],
  ['xstate.done.actor.count', 'done count'],
  ['xstate.error.actor.count', 'error count'],
  ['xstate.done.state.traffic light.on', 'done traffic light.on'],
])('the event %s is called %s', (type, words) => {
  expect(eventWords({ type }, 'traffic light')).toBe(words);
});

test('the detail of an event is what it brings, without what is private, and not too long', () => {
  expect(eventDetail({ type: 'next' })).toBeNull();
  expect(eventDetail({ type: 'walk', steps: 12, password: 'x' })).toBe(
    '{"password":"[redacted]","steps":12}',
  );
  expect(eventDetail({ type: 'walk', note: 'x'.repeat(1000) })).toHaveLength(301);
});
