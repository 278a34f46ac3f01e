import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkRuleSet, isRuleSetError, type RuleSetError } from './check-rule-set.ts';
import { RULE_SETS, type RuleSetName } from './rule-set.ts';

const OWN = { ...RULE_SETS.holdfast, name: 'mine' };
const NAMES = Object.keys(RULE_SETS) as readonly RuleSetName[];

function refusal(rules: unknown): RuleSetError {
  try {
    checkRuleSet(rules);
  } catch (error) {
    expect(error).toSatisfy(isRuleSetError);
    return error as RuleSetError;
  }
  throw new Error('it was taken');
}

test.each(NAMES)('the name %s is taken, and so is the whole rule set', (name) => {
  checkRuleSet(name);
  checkRuleSet({ ...RULE_SETS[name] });
});

test.each(['clasic', '', 'constructor', '__proto__', 'toString'])(
  'the name %j is refused, with the names that there are',
  (name) => {
    const { code, field, message } = refusal(name);
    expect([code, field]).toEqual(['unknown-rule-set', '']);
    expect(message).toBe(
      `no rule set is called ${JSON.stringify(name)}: take one of ${NAMES.join(', ')}, or a whole rule set`,
    );
  },
);

describe('a rule set of one’s own is refused with the field that is wrong:', () => {
  test.each([
    [null, '', 'the rule set is null: it must be an object, such as RULE_SETS.classic'],
    [[OWN], '', 'the rule set is a list: it must be an object, such as RULE_SETS.classic'],
    [{ ...OWN, name: '' }, 'name', 'the field name of the rule set is "": it must be a text'],
    [
      { ...OWN, fatalSignals: 'SIGTERM' },
      'fatalSignals',
      'the field fatalSignals of the rule set is "SIGTERM": it must be names of signals, such as "SIGTERM"',
    ],
    [
      { ...OWN, fatalSignals: ['TERM'] },
      'fatalSignals',
      'the field fatalSignals of the rule set is a list: it must be names of signals, such as "SIGTERM"',
    ],
    [
      { ...OWN, exits: { ...OWN.exits, zero: undefined } },
      'exits.zero',
      'the field exits.zero of the rule set is missing: it must be an object with inGate, afterGate, noGate, later',
    ],
    [
      { ...OWN, exits: { ...OWN.exits, lost: { ...OWN.exits.lost, later: 'wait' } } },
      'exits.lost.later',
      'the field exits.lost.later of the rule set is "wait": it must be "restart" or "stop" or "fail"',
    ],
    [
      { ...OWN, waitsBy: {} },
      'waitsBy',
      'the field waitsBy of the rule set is an object: it must be "tries" or "failure-class"',
    ],
    [
      { ...OWN, errorExitStatus: 2 },
      'errorExitStatus',
      'the field errorExitStatus of the rule set is 2: it must be 0 or 1',
    ],
  ])('%j', (rules, field, message) => {
    expect(refusal(rules)).toMatchObject({ code: 'invalid-rule-set', field, message });
  });
});

test('no field can be left out', () => {
  for (const field of Object.keys(OWN)) {
    const { [field as keyof typeof OWN]: _gone, ...rest } = OWN;
    expect(refusal(rest).field.split('.')[0]).toBe(field);
  }
});

test('whatever comes, it is taken or refused with a RuleSetError', () => {
  const almost = fc.record({
    name: fc.constantFrom('mine', 1),
    exits: fc.oneof(fc.constant(OWN.exits), fc.anything()),
    fatalSignals: fc.oneof(fc.constant(['SIGTERM']), fc.anything()),
    waitsBy: fc.constantFrom('tries', 'luck', undefined),
    graceRounding: fc.constantFrom('whole', 'half'),
    probeTimeout: fc.constantFrom('fixed', Symbol('fixed')),
    errorExitStatus: fc.constantFrom(0, 1, 1n, '1'),
  });
  fc.assert(
    fc.property(fc.oneof(almost, fc.anything()), (rules) => {
      try {
        checkRuleSet(rules);
      } catch (error) {
        expect(error).toSatisfy(isRuleSetError);
      }
    }),
  );
});
