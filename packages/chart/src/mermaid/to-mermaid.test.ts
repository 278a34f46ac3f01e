import { tunnelMachine } from '@holdfast/machines';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createMachine } from 'xstate';
import { chartOf } from '../chart-of.ts';
import { randomMachine } from '../testing/random-machine.ts';
import { toMermaid } from './to-mermaid.ts';

describe('the diagram of the tunnel machine', () => {
  const chart = chartOf(tunnelMachine);
  const text = toMermaid(chart);
  const lines = text.split('\n').map((line) => line.trim());

  test('names every guard and every delay', () => {
    const { guards, delays } = tunnelMachine.implementations;
    const used = Object.keys({ ...guards, ...delays });
    expect(used.filter((name) => !new RegExp(`\\b${name}\\b`).test(text))).toEqual([]);
  });

  test('names every state, and every event that leads somewhere', () => {
    const events = chart.transitions
      .filter(({ target, trigger }) => target !== null && trigger.kind === 'event')
      .map(({ trigger }) => trigger.name);
    const names = [...chart.states.slice(1).map(({ name }) => name), ...events];
    expect(names.filter((name) => !text.includes(name))).toEqual([]);
  });

  test('has no empty label: Mermaid would not take it', () => {
    expect(lines).toContain('due --> running');
    expect(text).not.toMatch(/ : *$/m);
  });

  test('has a note where a delay only acts', () => {
    const [at] = lines.flatMap((line, index) => (line === 'note left of suspect' ? [index] : []));
    expect(lines.slice(at! - 1, at! + 3)).toEqual([
      '}',
      'note left of suspect',
      'after doubtTime / tellLastingSuspicion',
      'end note',
    ]);
  });

  test('never draws an arrow from a state to a state inside it, or names one twice', () => {
    for (const { path, name } of chart.states.slice(1)) {
      const within = chart.states.filter((inner) => inner.path.startsWith(`${path}.`));
      for (const inner of within)
        expect(lines.filter((line) => line.startsWith(`${name} --> ${inner.name} `))).toEqual([]);
      expect(lines.filter((line) => line === `state ${name} {`).length).toBeLessThan(2);
    }
  });

  test('marks active states that have no states in them', () => {
    const marked = toMermaid(chart, { active: ['running', 'running.healthy'] });
    expect(marked.startsWith(`${text}\n  classDef active `)).toBe(true);
    expect(marked).toMatch(/\n {2}class healthy active$/);
  });
});

test('regions are parted, and states of one name told apart', () => {
  const region = { initial: 'on', states: { on: { on: { 'a: b;': 'off' } }, off: {} } };
  const machine = createMachine({ type: 'parallel', states: { left: region, right: region } });
  expect(toMermaid(chartOf(machine)).split('\n')).toEqual([
    'stateDiagram-v2',
    '  state left {',
    '    [*] --> s_left_on',
    '    state "on" as s_left_on',
    '    state "off" as s_left_off',
    '    s_left_on --> s_left_off : a#58; b#59;',
    '  }',
    '  --',
    '  state right {',
    '    [*] --> s_right_on',
    '    state "on" as s_right_on',
    '    state "off" as s_right_off',
    '    s_right_on --> s_right_off : a#58; b#59;',
    '  }',
  ]);
});

test('every line of every diagram is one that Mermaid has', () => {
  const word = String.raw`(?:\w+|\[\*\])`;
  const text = String.raw`(?:[^#;:<>"{}\n]|#\d+;|<br/>)+`;
  const known = new RegExp(
    `^ *(?:stateDiagram-v2|${word} --> ${word}(?: : ${text})?|\\w+|state "${text}" as \\w+|state \\w+ \\{|\\}|--|note left of \\w+|end note|${text})$`,
  );
  fc.assert(
    fc.property(randomMachine, (machine) => {
      const lines = toMermaid(chartOf(machine)).split('\n');
      expect(lines.filter((line) => !known.test(line))).toEqual([]);
      const opened = lines.filter((line) => line.endsWith('{')).length;
      expect(lines.filter((line) => line.trim() === '}').length).toBe(opened);
    }),
  );
});
