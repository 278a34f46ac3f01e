import { chartOf, tunnelLayout, type Chart } from '@holdfast/chart';
import { TUNNEL_STATES, tunnelMachine } from '@holdfast/machines';
import { describe, expect, it } from 'vitest';
import { createMachine } from 'xstate';
import { type CommandError, isCommandError } from '../command-line/command-error.ts';
import { parseWords } from '../command-line/parse-words.ts';
import { captureTerminal } from '../testing/captured-terminal.ts';
import { chart as command, runChart } from './chart.ts';

const whole: Chart = chartOf(tunnelMachine);

function print(...words: readonly string[]): string {
  const terminal = captureTerminal();
  const parsed = parseWords(command, words);
  expect(runChart({ ...parsed, terminal, env: {}, script: '', commands: [] })).toBe(0);
  return terminal.stdout();
}

function errorOf(...words: readonly string[]): CommandError {
  try {
    print(...words);
  } catch (error) {
    if (isCommandError(error)) return error;
  }
  throw new Error('it was done');
}

describe('holdfast chart', () => {
  it('prints a machine of the same states and transitions as JSON if no format is named', () => {
    const { states, transitions } = chartOf(createMachine(JSON.parse(print()) as object));
    expect(states.map(({ path }) => path)).toEqual(whole.states.map(({ path }) => path));
    expect(transitions.map(({ id, target }) => [id, target])).toEqual(
      whole.transitions.map(({ id, target }) => [id, target]),
    );
  });

  it('prints pictures with the whole chart', () => {
    const svg = print('--format', 'svg');
    for (const { path } of whole.states) expect(svg).toContain(`data-state="${path}"`);
    for (const id of Object.keys(tunnelLayout.transitions)) expect(svg).toContain(`"${id}"`);
    expect(svg).not.toContain('is-active"');
    expect(print('--format', 'svg', '--theme', 'dark')).not.toBe(svg);
    expect(print('--format', 'mermaid')).toMatch(/^stateDiagram-v2\n {2}\[\*\] --> backoff\n/);
  });

  it.each(TUNNEL_STATES)('shows %s as active, and all around it', (name) => {
    const { path } = whole.states.find((state) => state.name === name)!;
    const svg = print('--format=svg', '--state', name);
    const lit = [...svg.matchAll(/<g class="[^"]*is-active[^"]*" data-state="([^"]*)"/g)];
    expect(new Set(lit.map(([, each]) => each)).has(path)).toBe(true);
    for (const [, each] of lit) expect(`${path}.`).toContain(`${each}.`);
  });

  it('marks a state in mermaid, or the states in it', () => {
    expect(print('--format=mermaid', '--state=healthy')).toMatch(/\n {2}class healthy active\n$/);
    const stopping = print('--format=mermaid', '--state=running.stopping');
    expect(stopping).toMatch(/\n {2}class terminating active\n {2}class killing active\n$/);
  });

  it('prints one state alone as JSON', () => {
    const config = JSON.parse(print('--state', 'connecting')) as { description: string };
    expect(config).toEqual({ description: 'ssh is expected to connect' });
  });

  it.each([
    ['helthy', 'did you mean healthy?'],
    ['running.heal', 'did you mean running.healthy?'],
    ['nonsense', 'known: gating, connecting, healthy, probing'],
    ['', 'known: gating'],
    ['__proto__', 'known: gating'],
  ])('refuses the state "%s", and names what there is', (word, sentence) => {
    const error = errorOf('--state', word);
    expect(error.code).toBe('usage');
    expect(error.message).toContain(sentence);
  });

  it.each([
    ['--format', 'png'],
    ['--theme', 'pink'],
  ])('refuses %s %s', (...words) => {
    expect(errorOf(...words).code).toBe('usage');
  });
});
