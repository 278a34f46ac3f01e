import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { FAILURE_CLASSES, FAILURE_POLICIES, type FailurePolicy } from './failure-policy.ts';

const page = readFileSync(new URL('../../../docs/failures.md', import.meta.url), 'utf8');

/** Class and what Holdfast does, of each row of the table of classes. */
const rows = [...page.matchAll(/^\| `([\w-]+)` +\|[^|]*\| +([^|]*?) +\|/gm)].map(
  ([, name = '', does = '']) => [name, does] as const,
);

/** What a policy has to be called in the table. */
function words({ waits, operatorFromTry }: FailurePolicy): readonly string[] {
  if (waits.kind === 'never') return ['gives up at once'];
  const calls = operatorFromTry === null ? [] : ['calls for you'];
  if (waits.kind === 'steps') {
    const steps = waits.firstMs.map((ms) => `${ms / 1000} s`);
    return [...calls, ...steps, `every ${waits.thenMs / 60_000} minutes`];
  }
  const range = `${waits.leastMs / 1000} s to ${waits.mostMs / 1000} s`;
  return [...calls, ...(waits.freeTries === 0 ? [range] : ['at once, then', range])];
}

/** `as \`unreachable\`` stands for the range of that one. */
function spelledOut(does: string): string {
  const same = /as `([\w-]+)`/.exec(does)?.[1];
  return same === undefined ? does : `${does}: ${new Map(rows).get(same)}`;
}

describe('docs/failures.md', () => {
  test('has a row for each class, in their order, and no other', () => {
    expect(rows.map(([name]) => name)).toEqual(FAILURE_CLASSES);
  });

  test.each(Object.entries(FAILURE_POLICIES))('says what the policy of %s is', (name, policy) => {
    const does = spelledOut(new Map(rows).get(name) ?? '');
    for (const word of words(policy)) expect(does).toContain(word);
    expect(does.includes('calls for you')).toBe(words(policy).includes('calls for you'));
  });
});
