import type { Chart } from '../chart.ts';

/** The names of all guards, each once, without what puts them together. */
export function guardsOf({ transitions }: Chart): readonly string[] {
  const guards = transitions.flatMap(({ guard }) => (guard === null ? [] : namesIn(guard)));
  return [...new Set(guards)];
}

/** The names of all delays that are no numbers. */
export function delaysOf({ transitions }: Chart): readonly string[] {
  const delays = transitions.flatMap(({ trigger: { kind, name } }) =>
    kind === 'after' && !isMilliseconds(name) ? [name] : [],
  );
  return [...new Set(delays)];
}

export function isMilliseconds(delay: string): boolean {
  return /^\d+$/.test(delay);
}

/** A guard as a condition of ECMAScript: `not hasGate` is `!hasGate`. */
export function conditionOf(guard: string): string {
  return partsOf(guard).map(partOf).join('');
}

function partOf(part: string): string {
  const operators: Readonly<Record<string, string>> = {
    'not ': '!',
    ' and ': ' && ',
    ' or ': ' || ',
  };
  if (part in operators) return operators[part]!;
  if (part === '(' || part === ')') return part;
  const [, state] = /^in (.*)$/s.exec(part) ?? [];
  if (state !== undefined) return `In('${state.replaceAll(/['\\]/g, '_')}')`;
  return part.replaceAll(/[^\w$]/g, '_').replace(/^(?=\d)/, '_');
}

function namesIn(guard: string): readonly string[] {
  return partsOf(guard).filter((part) => !/^(not | and | or |\(|\)|in .*)$/s.test(part));
}

function partsOf(guard: string): readonly string[] {
  return guard.split(/(^not |(?<=[( ])not | and | or |\(|\))/).filter((part) => part !== '');
}
