import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeRow } from '../../src/testing/make-row.ts';
import { countStates, matches, orderRows } from './order.ts';
import { isDown, STATES_BY_WEIGHT, toneOf } from './tone.ts';

describe('the order of the list', () => {
  it('counts numbers in names as numbers', () => {
    const rows = ['db10', 'db2', 'Alpha', 'beta'].map((name) => makeRow({ name }));
    expect(orderRows(rows, 'name')).toEqual(['Alpha', 'beta', 'db2', 'db10']);
  });

  it('has what asks for attention first', () => {
    const rows = [
      makeRow({ name: 'a' }),
      makeRow({ name: 'b', state: 'stopped' }),
      makeRow({ name: 'c', isDegraded: true }),
      makeRow({ name: 'd', state: 'backoff' }),
      makeRow({ name: 'e', state: 'backoff', needsAttention: true }),
      makeRow({ name: 'f', state: 'failed' }),
    ];
    expect(orderRows(rows, 'trouble')).toEqual(['e', 'f', 'd', 'c', 'a', 'b']);
  });

  it('does not change when a healthy tunnel is probed', () => {
    const names = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 4 }), { minLength: 1 });
    fc.assert(
      fc.property(names, fc.nat(), fc.constantFrom('name', 'trouble'), (list, pick, sort) => {
        const rows = list.map((name) => makeRow({ name }));
        const probed = rows.map((row, index) =>
          index === pick % rows.length ? { ...row, state: 'probing' } : row,
        );
        expect(orderRows(probed, sort)).toEqual(orderRows(rows, sort));
      }),
    );
  });
});

it.each([
  ['', true],
  ['DB', true],
  ['bastion healthy', true],
  ['db failed', false],
  ['degraded', true],
  ['needs-attention', false],
])('filters by "%s"', (filter, expected) => {
  expect(matches(makeRow({ name: 'db', isDegraded: true }), filter)).toBe(expected);
});

it('counts rows by state, worst first, and probes always', () => {
  const states = ['healthy', 'failed', 'healthy', 'drinking'];
  const rows = states.map((state, index) => makeRow({ name: `t${index}`, state }));
  expect(countStates(rows)).toEqual([
    ['failed', 1],
    ['healthy', 2],
    ['drinking', 1],
    ['probing', 0],
  ]);
  expect(countStates(rows, 'backoff')).toContainEqual(['backoff', 0]);
});

it('gives every state of a tunnel a tone of its own kind, and any other word always the same', () => {
  for (const state of STATES_BY_WEIGHT) expect(toneOf(state)).not.toMatch(/^other/);
  expect(toneOf('drinking')).toMatch(/^other/);
  expect(toneOf('drinking')).toBe(toneOf('drinking'));
  expect(STATES_BY_WEIGHT.filter(isDown)).toEqual([
    'failed',
    'backoff',
    'stopping',
    'gating',
    'connecting',
  ]);
});
