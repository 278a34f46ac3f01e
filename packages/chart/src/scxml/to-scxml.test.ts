import { tunnelMachine } from '@holdfast/machines';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createMachine, not, or } from 'xstate';
import { chartOf } from '../chart-of.ts';
import { randomMachine } from '../testing/random-machine.ts';
import { elementsOf } from '../testing/well-formed.ts';
import { toScxml } from './to-scxml.ts';

/** The values of an attribute, in the order of the document. */
function valuesOf(document: string, attribute: string): readonly string[] {
  return [...document.matchAll(new RegExp(` ${attribute}="([^"]*)"`, 'g'))].map(
    ([, value]) => value!,
  );
}

describe('the tunnel machine as SCXML', () => {
  const chart = chartOf(tunnelMachine);
  const document = toScxml(chart);

  test('has each state and each transition', () => {
    const elements = elementsOf(document);
    const states = elements.filter((name) => ['state', 'final'].includes(name));
    // Besides these: the end of the session, and the way there.
    expect(states.length).toBe(chart.states.length + 1);
    const transitions = elements.filter((name) => name === 'transition');
    expect(transitions.length).toBe(chart.transitions.length + 1);
  });

  test('sends what is delayed on entering a state, and cancels it on leaving', () => {
    const delayed = 'after.graceTime.backoff.waiting';
    expect(document).toContain(
      `<onentry><send event="${delayed}" id="${delayed}" delayexpr="graceTime"/></onentry>`,
    );
    expect(document).toContain(`<onexit><cancel sendid="${delayed}"/></onexit>`);
    expect(document).toContain(`<transition event="${delayed}" target="backoff.due"/>`);
  });

  test('declares every guard and every delay', () => {
    const { guards, delays } = tunnelMachine.implementations;
    const declared = [...document.matchAll(/<data id="(\w+)"/g)].map(([, id]) => id);
    expect(declared.toSorted()).toEqual(Object.keys({ ...guards, ...delays }).toSorted());
    expect(document).toContain('cond="!hasGate"');
  });
});

test('of any machine it is well-formed, with unique ids, and leads to states that are there', () => {
  fc.assert(
    fc.property(randomMachine, (machine) => {
      const document = toScxml(chartOf(machine));
      elementsOf(document);
      const states = [
        ...document.matchAll(
          /<(?:state|parallel|final|history)(?: [a-z]+="[^"]*")*? id="([^"]*)"/g,
        ),
      ].map(([, id]) => id!);
      expect(new Set(states).size).toBe(states.length);
      for (const id of states) expect(id).toMatch(/^[A-Za-z_][\w.-]*$/);
      for (const target of valuesOf(document, 'target')) expect(states).toContain(target);
    }),
  );
});

test('conditions keep what puts guards together', () => {
  const guard = not(or(['is old', 'isBig']));
  const machine = createMachine({ initial: 'a', states: { a: { on: { go: { guard } } } } });
  const document = toScxml(chartOf(machine));
  expect(document).toContain('cond="!(is_old || isBig)"');
  expect(document).toContain('is_old: is old');
});
