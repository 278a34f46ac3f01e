import {
  chartOf,
  configOf,
  toMermaid,
  tunnelLayout,
  type Chart,
  type ChartState,
} from '@holdfast/chart';
import { drawSvg } from '@holdfast/chart/draw';
import { TUNNEL_STATES, tunnelMachine } from '@holdfast/machines';
import { didYouMean, nearestWord } from '@holdfast/text';
import { HOLDFAST_EXIT } from '../../exit-codes.ts';
import { defineCommand, DONE, HELP_OPTION, USAGE } from '../command-line/command.ts';
import { usageError } from '../command-line/parse-words.ts';
import type { ContextOf } from '../context.ts';

export const chart = defineCommand({
  name: 'chart',
  summary: 'print the state chart that runs every tunnel',
  about: [
    "json is the machine as Stately's editor imports it (stately.ai/editor) and createMachine of XState takes it; mermaid and svg are pictures.",
    'A state is one of gating, connecting, healthy, probing, backoff, stopping, stopped and failed, a step within one, such as waiting, or a path, such as running.healthy. In svg and mermaid it is shown as active; json is then of this state alone.',
  ],
  operands: [],
  options: {
    format: {
      takes: 'FORMAT',
      choices: ['json', 'mermaid', 'svg'],
      summary: 'what to print (json)',
    },
    state: { takes: 'NAME', summary: 'show this state as active, or print it alone' },
    theme: { takes: 'THEME', choices: ['light', 'dark'], summary: 'the colours of svg (light)' },
    ...HELP_OPTION,
  },
  examples: [
    { line: 'holdfast chart > tunnel.json', does: "for Stately's editor" },
    { line: 'holdfast chart --format svg --state probing > probing.svg', does: 'a picture' },
    { line: 'holdfast chart --format mermaid', does: 'for a page of Markdown' },
  ],
  exits: [DONE, USAGE],
});

/** What is to be printed. */
interface Wish {
  readonly chart: Chart;
  /** The path of a state; `undefined`: the whole chart. */
  readonly state: string | undefined;
  readonly theme: 'light' | 'dark';
}

const FORMATS: Readonly<Record<string, (wish: Wish) => string>> = {
  json: ({ state }) => JSON.stringify(configAt(state), null, 2),
  mermaid: ({ chart, state }) =>
    toMermaid(chart, state === undefined ? {} : { active: leavesOf(chart, state) }),
  svg: ({ chart, state, theme }) =>
    drawSvg(chart, tunnelLayout, { theme, active: state === undefined ? [] : lineageOf(state) }),
};

export function runChart({ values, terminal }: ContextOf<typeof chart>): number {
  const whole = chartOf(tunnelMachine);
  const state = values.state === undefined ? undefined : statePath(whole, values.state);
  const theme = values.theme === 'dark' ? 'dark' : 'light';
  terminal.out(`${FORMATS[values.format ?? 'json']!({ chart: whole, state, theme })}\n`);
  return HOLDFAST_EXIT.ok;
}

/** The configuration of the machine, or of one state of it. */
function configAt(state: string | undefined): unknown {
  let config: unknown = configOf(tunnelMachine);
  for (const name of state?.split('.') ?? [])
    config = (config as { states: Record<string, unknown> }).states[name];
  return config;
}

/**
 * The path of the state that is called so: by its path, or by its name alone.
 *
 * Throws a `CommandError` `usage` that names the nearest, and the states of a tunnel.
 */
function statePath({ states }: Chart, word: string): string {
  const known = states.filter(({ parent }) => parent !== null);
  const found = known.find(({ path }) => path === word) ?? known.find(({ name }) => name === word);
  if (found !== undefined) return found.path;
  const names = [...TUNNEL_STATES, ...known.flatMap(namesOf)];
  // Of two that are as near, the path: it says more.
  const nearest = nearestWord(
    word,
    names.toSorted((one, other) => other.length - one.length),
  );
  const problem = `unknown state "${word}"; known: ${TUNNEL_STATES.join(', ')}`;
  throw usageError(chart, `${problem}${didYouMean(nearest)}`);
}

function namesOf({ name, path }: ChartState): readonly string[] {
  return [name, path];
}

/** The states that are active if one is: those around it, and itself. */
function lineageOf(path: string): readonly string[] {
  const names = path.split('.');
  return names.map((_, index) => names.slice(0, index + 1).join('.'));
}

/** A state, or, of one with states in it, all of them. */
function leavesOf({ states }: Chart, path: string): readonly string[] {
  const within = states.filter((state) => `${state.path}.`.startsWith(`${path}.`));
  return within.map((state) => state.path);
}
