import type { Step } from '@holdfast/recording';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeStep } from '../../src/testing/make-step.ts';
import {
  isRoutine,
  joinSteps,
  keyOf,
  nextTelling,
  positionAt,
  positionOfKey,
  sinceOf,
} from './step-list.ts';

const steps = (...atMs: number[]) => atMs.map((at, index) => makeStep({ index, atMs: at }));

describe('a list of steps', () => {
  it('has each step once and in order, whatever arrives when, however each answer counts', () => {
    const all = steps(...Array.from({ length: 30 }, (_, index) => 100 + index * 100));
    const piece = fc
      .tuple(fc.nat(29), fc.integer({ min: 1, max: 30 }), fc.integer({ min: -10, max: 10 }))
      .map(([from, length, late]) =>
        all
          .slice(from, from + length)
          .map((step, index) => ({ ...step, index, atMs: step.atMs + late })),
      );
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const joined = pieces.reduce<readonly Step[]>(joinSteps, []);
        const came = new Set(pieces.flat().map(({ atMs }) => Math.round(atMs / 100)));
        const times = joined.map(({ atMs }) => Math.round(atMs / 100));
        expect(times).toEqual([...came].sort((a, b) => a - b));
      }),
    );
  });

  it('keeps two things that happened at once', () => {
    const [exit, backoff] = [
      makeStep({ index: 0, atMs: 5, event: 'child.exited', state: 'backoff' }),
      makeStep({ index: 1, atMs: 5, event: 'tunnel.retry', state: 'connecting' }),
    ];
    const joined = joinSteps(joinSteps([], [exit, backoff]), [exit, backoff]);
    expect(joined).toEqual([exit, backoff]);
    expect(positionOfKey(joined, 5, keyOf(exit))).toBe(0);
    expect(positionOfKey(joined, 5, null)).toBe(1);
  });

  it('finds the last step that was not later, as a plain search does', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(50)), fc.integer({ min: -5, max: 60 }), (times, atMs) => {
        const list = steps(...times.sort((a, b) => a - b));
        expect(positionAt(list, atMs)).toBe(list.findLastIndex((step) => step.atMs <= atMs));
      }),
    );
  });

  it('says since when a state had lasted', () => {
    const list = [
      makeStep({ index: 0, atMs: 5, state: 'backoff' }),
      makeStep({ index: 1, atMs: 10 }),
      makeStep({ index: 2, atMs: 20 }),
    ];
    expect(sinceOf(list, 2)).toBe(10);
    expect(sinceOf(list, 0)).toBe(5);
    expect(sinceOf(list, 3)).toBeNull();
  });

  it('tells since when traffic was carried, whatever probes are out meanwhile', () => {
    const states = ['connecting', 'healthy', 'probing', 'healthy', 'probing'] as const;
    const list = states.map((state, index) => makeStep({ index, atMs: index, state }));
    expect(sinceOf(list, 4)).toBe(1);
  });
});

describe('steps that tell something', () => {
  const list = [
    makeStep({ index: 0, atMs: 0, event: 'tunnel.start', state: 'connecting', taken: ['a'] }),
    makeStep({ index: 1, atMs: 1, taken: ['b'] }),
    makeStep({ index: 2, atMs: 2, event: 'after pollTime', state: 'probing', taken: ['c'] }),
    makeStep({ index: 3, atMs: 3, taken: ['d'] }),
    makeStep({ index: 4, atMs: 4, event: 'heartbeat.missed', taken: ['e'] }),
  ];

  it('are not a probe and its answer, but the first answer is', () => {
    const routine = list.map((step, index) => isRoutine(step, list[index - 1]));
    expect(routine).toEqual([false, false, true, true, false]);
  });

  it('are found in both directions', () => {
    expect(nextTelling(list, 1, 1)).toBe(4);
    expect(nextTelling(list, 4, -1)).toBe(1);
    expect(nextTelling(list, 4, 1)).toBeUndefined();
    expect(nextTelling(list, 0, -1)).toBeUndefined();
  });
});
