import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { exitKind, judgeExit, type ExitVerdict } from './exit-status.ts';
import type { GatePhase } from './gate.ts';
import { RULE_SETS, type RuleSetName } from './rule-set.ts';

const PHASES: readonly GatePhase[] = ['inGate', 'afterGate', 'noGate', 'later'];

/** Restart, end with success, or an error exit. */
type Letter = 'R' | '0' | 'X';

const MEANING: Record<Letter, ExitVerdict> = { R: 'restart', '0': 'stop', X: 'fail' };

/** What ssh ended with, and the verdict in the gate, after the gate, without a gate, and later. */
type Row = readonly [ended: number | string, Letter, Letter, Letter, Letter];

// EXIT-1 for each rule set, written out.
const TABLES: Record<RuleSetName, readonly Row[]> = {
  'autossh-1.4': [
    [0, 'X', '0', '0', '0'],
    [1, 'X', 'X', 'R', 'R'],
    [2, 'X', 'X', 'R', 'R'],
    [3, 'X', 'X', 'X', 'X'],
    [42, 'X', 'X', 'X', 'X'],
    [127, 'X', 'X', 'X', 'X'],
    [254, 'X', 'X', 'X', 'X'],
    [255, 'X', 'R', 'R', 'R'],
    ['SIGTERM', 'R', 'R', 'R', 'R'],
    ['SIGINT', 'R', 'R', 'R', 'R'],
    ['SIGKILL', 'R', 'R', 'R', 'R'],
    ['SIGHUP', 'R', 'R', 'R', 'R'],
    ['SIGSEGV', 'R', 'R', 'R', 'R'],
  ],
  'autossh-1.3': [
    [0, 'X', '0', '0', '0'],
    [1, 'X', 'X', 'R', 'R'],
    [2, 'X', 'X', 'X', 'X'],
    [3, 'X', 'X', 'X', 'X'],
    [42, 'X', 'X', 'X', 'X'],
    [127, 'X', 'X', 'X', 'X'],
    [254, 'X', 'X', 'X', 'X'],
    [255, 'X', 'R', 'R', 'R'],
    ['SIGTERM', 'X', 'X', 'X', 'X'],
    ['SIGINT', 'X', 'X', 'X', 'X'],
    ['SIGKILL', 'X', 'X', 'X', 'X'],
    ['SIGHUP', 'R', 'R', 'R', 'R'],
    ['SIGSEGV', 'R', 'R', 'R', 'R'],
  ],
  classic: [
    [0, 'X', '0', '0', '0'],
    [1, 'X', 'X', 'R', 'R'],
    [2, 'X', 'X', 'R', 'R'],
    [3, 'X', 'X', 'X', 'X'],
    [42, 'X', 'X', 'X', 'X'],
    [127, 'X', 'X', 'X', 'X'],
    [254, 'X', 'X', 'X', 'X'],
    [255, 'X', 'R', 'R', 'R'],
    ['SIGTERM', 'X', 'X', 'X', 'X'],
    ['SIGINT', 'X', 'X', 'X', 'X'],
    ['SIGKILL', 'X', 'X', 'X', 'X'],
    ['SIGHUP', 'R', 'R', 'R', 'R'],
    ['SIGSEGV', 'R', 'R', 'R', 'R'],
  ],
  // FL-1.
  holdfast: [
    [0, 'X', 'R', 'R', 'R'],
    [1, 'X', 'R', 'R', 'R'],
    [2, 'X', 'R', 'R', 'R'],
    [3, 'X', 'R', 'R', 'R'],
    [42, 'X', 'R', 'R', 'R'],
    [127, 'X', 'R', 'R', 'R'],
    [254, 'X', 'R', 'R', 'R'],
    [255, 'X', 'R', 'R', 'R'],
    ['SIGTERM', 'R', 'R', 'R', 'R'],
    ['SIGINT', 'R', 'R', 'R', 'R'],
    ['SIGKILL', 'R', 'R', 'R', 'R'],
    ['SIGHUP', 'R', 'R', 'R', 'R'],
    ['SIGSEGV', 'R', 'R', 'R', 'R'],
  ],
};

/** Whether a rule set starts ssh again whatever its status was, once it has left the gate. */
function forgives(rules: RuleSetName): boolean {
  return rules === 'holdfast';
}

function judge(rules: RuleSetName, ended: number | string, phase: GatePhase): ExitVerdict {
  const exit =
    typeof ended === 'number' ? { status: ended, signal: null } : { status: null, signal: ended };
  return judgeExit(RULE_SETS[rules], exit, phase);
}

describe.each(Object.entries(TABLES))('the exit table of %s', (name, rows) => {
  const rules = name as RuleSetName;

  test.each(rows)('%s: %s in the gate, %s after it, %s without, %s later', (ended, ...letters) => {
    const verdicts = PHASES.map((phase) => judge(rules, ended, phase));
    expect(verdicts).toEqual(letters.map((letter) => MEANING[letter]));
  });

  test('treats every status from 3 to 254 alike', () => {
    fc.assert(
      fc.property(fc.integer({ min: 3, max: 254 }), fc.constantFrom(...PHASES), (status, phase) => {
        const isForgiven = forgives(rules) && phase !== 'inGate';
        expect(judge(rules, status, phase)).toBe(isForgiven ? 'restart' : 'fail');
      }),
    );
  });

  test('ends with success only on status 0, and never in the gate; in a fleet on none', () => {
    const ended = fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constantFrom('SIGTERM', 'SIGBUS'));
    fc.assert(
      fc.property(ended, fc.constantFrom(...PHASES), (how, phase) => {
        const isStop = judge(rules, how, phase) === 'stop';
        expect(isStop).toBe(how === 0 && phase !== 'inGate' && !forgives(rules));
      }),
    );
  });

  test('does not ask the gate about a death by signal', () => {
    const signals = fc.constantFrom('SIGTERM', 'SIGINT', 'SIGKILL', 'SIGHUP', 'SIGPIPE', 'SIGUSR1');
    fc.assert(
      fc.property(signals, fc.constantFrom(...PHASES), (signal, phase) => {
        expect(judge(rules, signal, phase)).toBe(judge(rules, signal, 'later'));
      }),
    );
  });
});

test.each([
  [{ status: 0, signal: null }, 'zero'],
  [{ status: 1, signal: null }, 'one'],
  [{ status: 2, signal: null }, 'two'],
  [{ status: 3, signal: null }, 'other'],
  [{ status: 254, signal: null }, 'other'],
  [{ status: 255, signal: null }, 'lost'],
  [{ status: null, signal: 'SIGTERM' }, 'fatalSignal'],
  [{ status: null, signal: 'SIGHUP' }, 'otherSignal'],
] as const)('calls the exit %j "%s"', (exit, kind) => {
  expect(exitKind(exit, ['SIGTERM'])).toBe(kind);
});
