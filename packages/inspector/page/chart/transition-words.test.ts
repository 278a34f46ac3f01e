import type { Chart, ChartTransition } from '@holdfast/chart';
import { expect, it } from 'vitest';
import {
  innermost,
  possibleNext,
  stateName,
  targetWords,
  triggerWords,
  waysOn,
} from './transition-words.ts';

function transition(
  id: string,
  source: string,
  more: Partial<ChartTransition> = {},
): ChartTransition {
  return {
    id,
    source,
    target: null,
    trigger: { kind: 'event', name: id },
    guard: null,
    actions: [],
    description: null,
    ...more,
  };
}

const chart: Chart = {
  id: 'tunnel',
  description: null,
  states: [
    {
      path: 'stopped',
      name: 'stopped',
      parent: '',
      kind: 'final',
      initial: null,
      description: null,
      entry: [],
      exit: [],
      invokes: [],
    },
  ],
  transitions: [
    transition('adjust', '', { actions: ['adjust'] }),
    transition('exited', 'running', { target: 'backoff' }),
    transition('poll', 'running.healthy', { target: 'running.probing' }),
    transition('ignored', 'running.healthy'),
    transition('retry', 'backoff', { target: 'running' }),
  ],
};

it('lists what may happen next, the innermost first, without what is ignored', () => {
  const next = possibleNext(chart, ['running', 'running.healthy']);
  expect(next.map(({ id }) => id)).toEqual(['poll', 'exited', 'adjust']);
});

it('knows no transition from a final state, though the machine still listens', () => {
  expect(possibleNext(chart, ['stopped'])).toEqual([]);
  expect([0, 1, 2].map(waysOn)).toEqual(['no transitions', '1 transition', '2 transitions']);
});

it.each([
  [['', 'running', 'running.healthy'], ['running.healthy']],
  [
    ['a', 'a.b', 'a.c'],
    ['a.b', 'a.c'],
  ],
  [
    ['run', 'running'],
    ['run', 'running'],
  ],
  [[''], ['']],
])('finds the innermost of %j', (active, expected) => {
  expect(innermost(active)).toEqual(expected);
});

it.each([
  [{ kind: 'event', name: 'child.exited' }, 'on child.exited'],
  [{ kind: 'after', name: 'pollTime' }, 'after pollTime'],
  [{ kind: 'always', name: '' }, 'at once'],
  [{ kind: 'done', name: 'load' }, 'when load is done'],
  [{ kind: 'done', name: '' }, 'when it is done'],
  [{ kind: 'error', name: 'load' }, 'when load fails'],
] as const)('says %j in words', (trigger, expected) => {
  expect(triggerWords(trigger)).toBe(expected);
});

it('names states, and says so when a transition leads nowhere', () => {
  expect(stateName(chart, '')).toBe('tunnel');
  expect(targetWords(chart, transition('x', ''))).toBe('stays');
});
