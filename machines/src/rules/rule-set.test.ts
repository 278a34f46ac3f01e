import fc from 'fast-check';
import { expect, test } from 'vitest';
import { judgeExit, type ExitKind } from './exit-status.ts';
import { RULE_SETS } from './rule-set.ts';

test.each([
  ['classic', ['SIGTERM', 'SIGINT', 'SIGKILL'], 'fraction', 1, 'tries', 'fixed'],
  ['autossh-1.4', [], 'fraction', 1, 'tries', 'fixed'],
  ['autossh-1.3', ['SIGTERM', 'SIGINT', 'SIGKILL'], 'whole', 0, 'tries', 'fixed'],
  ['holdfast', [], 'fraction', 1, 'failure-class', 'adaptive'],
] as const)(
  '%s: deadly signals %j, grace time by the %s, errors end with %i, waits by %s, %s time-outs',
  (name, fatalSignals, graceRounding, errorExitStatus, waitsBy, probeTimeout) => {
    const { exits, ...data } = RULE_SETS[name];
    expect(exits).toBeDefined();
    expect(data).toEqual({
      name,
      fatalSignals,
      graceRounding,
      errorExitStatus,
      waitsBy,
      probeTimeout,
    });
  },
);

test('there are four rule sets, and each says its own name', () => {
  const entries = Object.entries(RULE_SETS);
  expect(entries.map(([name]) => name)).toEqual([
    'classic',
    'autossh-1.4',
    'autossh-1.3',
    'holdfast',
  ]);
  for (const [name, rules] of entries) expect(rules.name).toBe(name);
});

test('every table has a verdict for every kind of exit in every phase', () => {
  const kinds: readonly ExitKind[] = [
    'zero',
    'one',
    'two',
    'lost',
    'other',
    'fatalSignal',
    'otherSignal',
  ];
  for (const { exits } of Object.values(RULE_SETS)) {
    expect(new Set(Object.keys(exits))).toEqual(new Set(kinds));
    for (const row of Object.values(exits)) {
      expect(Object.keys(row)).toEqual(['inGate', 'afterGate', 'noGate', 'later']);
    }
  }
});

test('classic differs from autossh-1.4 only where a signal was meant', () => {
  const status = fc.integer({ min: 0, max: 255 });
  const phase = fc.constantFrom('inGate', 'afterGate', 'noGate', 'later');
  fc.assert(
    fc.property(status, phase, (code, when) => {
      const exit = { status: code, signal: null };
      expect(judgeExit(RULE_SETS.classic, exit, when)).toBe(
        judgeExit(RULE_SETS['autossh-1.4'], exit, when),
      );
    }),
  );
});

test('a rule set is plain data', () => {
  expect(structuredClone(RULE_SETS)).toEqual(RULE_SETS);
});
