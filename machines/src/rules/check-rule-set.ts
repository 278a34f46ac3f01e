import type { ExitKind, ExitVerdict } from './exit-status.ts';
import type { GatePhase } from './gate.ts';
import { RULE_SETS, type RuleSet, type RuleSetName } from './rule-set.ts';

const BRAND = Symbol.for('holdfast/RuleSetError');

/**
 * Why rules are refused.
 *
 * | code | means |
 * |---|---|
 * | `unknown-rule-set` | no rule set has that name |
 * | `invalid-rule-set` | a rule set of one's own with a field that is missing or invalid |
 */
export type RuleSetErrorCode = 'unknown-rule-set' | 'invalid-rule-set';

/** Rules that nothing could be decided by. */
export class RuleSetError extends Error {
  override readonly name = 'RuleSetError';
  readonly [BRAND] = true;
  readonly code: RuleSetErrorCode;
  /** The field that is wrong, such as `exits.zero.inGate`; empty for the whole. */
  readonly field: string;

  constructor(code: RuleSetErrorCode, field: string, message: string) {
    super(message);
    this.code = code;
    this.field = field;
  }
}

/** Whether this is a {@link RuleSetError}, also one of another copy of this package. */
export function isRuleSetError(error: unknown): error is RuleSetError {
  return typeof error === 'object' && error !== null && BRAND in error;
}

const VERDICTS: readonly ExitVerdict[] = ['restart', 'stop', 'fail'];

/** Every row and column of a table of exits, checked by the compiler. */
const PHASES: Readonly<Record<GatePhase, readonly ExitVerdict[]>> = {
  inGate: VERDICTS,
  afterGate: VERDICTS,
  noGate: VERDICTS,
  later: VERDICTS,
};
const KINDS: Readonly<Record<ExitKind, typeof PHASES>> = {
  zero: PHASES,
  one: PHASES,
  two: PHASES,
  lost: PHASES,
  other: PHASES,
  fatalSignal: PHASES,
  otherSignal: PHASES,
};

/** The values that a field can have, where it has one of a few. */
const CHOICES = {
  exits: KINDS,
  waitsBy: ['tries', 'failure-class'],
  graceRounding: ['fraction', 'whole'],
  probeTimeout: ['fixed', 'adaptive'],
  errorExitStatus: [0, 1],
} as const satisfies Choices<Pick<RuleSet, Exclude<keyof RuleSet, 'name' | 'fatalSignals'>>>;

/** For each value of a type the ones that are possible, down to the last field. */
type Choices<T> = T extends object
  ? { readonly [K in keyof T]: Choices<T[K]> }
  : readonly (string | number)[];

/**
 * Sees that rules are the name of a rule set, or a whole one.
 *
 * Throws a {@link RuleSetError} that names the first field that is wrong, and what would be right.
 */
export function checkRuleSet(rules: unknown): asserts rules is RuleSetName | RuleSet {
  if (typeof rules === 'string') checkName(rules);
  else checkOwn(rules);
}

function checkName(name: string): void {
  if (Object.hasOwn(RULE_SETS, name)) return;
  const names = Object.keys(RULE_SETS).join(', ');
  const sentence = `no rule set is called ${JSON.stringify(name)}: take one of ${names}, or a whole rule set`;
  throw new RuleSetError('unknown-rule-set', '', sentence);
}

function checkOwn(rules: unknown): void {
  if (!isRecord(rules)) throw invalid('', rules, 'an object, such as RULE_SETS.classic');
  const { name, fatalSignals } = rules;
  if (typeof name !== 'string' || name === '') throw invalid('name', name, 'a text');
  const areNames = Array.isArray(fatalSignals) && fatalSignals.every(isSignalName);
  if (!areNames) throw invalid('fatalSignals', fatalSignals, 'names of signals, such as "SIGTERM"');
  checkFields('', rules, CHOICES);
}

interface Fields {
  readonly [name: string]: Fields | readonly (string | number)[];
}

function checkFields(place: string, value: unknown, fields: Fields): void {
  if (!isRecord(value))
    throw invalid(place, value, `an object with ${Object.keys(fields).join(', ')}`);
  for (const [name, choices] of Object.entries(fields)) {
    const path = place === '' ? name : `${place}.${name}`;
    if (!isList(choices)) checkFields(path, value[name], choices);
    else if (!choices.includes(value[name] as string)) {
      throw invalid(path, value[name], choices.map((each) => JSON.stringify(each)).join(' or '));
    }
  }
}

function invalid(field: string, value: unknown, right: string): RuleSetError {
  const what = field === '' ? 'the rule set' : `the field ${field} of the rule set`;
  const sentence = `${what} is ${inWords(value)}: it must be ${right}`;
  return new RuleSetError('invalid-rule-set', field, sentence);
}

function inWords(value: unknown): string {
  if (value === undefined) return 'missing';
  if (typeof value === 'string') return JSON.stringify(value);
  if (Array.isArray(value)) return 'a list';
  return isRecord(value) ? 'an object' : String(value as number | boolean | null);
}

function isList(choices: Fields | readonly unknown[]): choices is readonly unknown[] {
  return Array.isArray(choices);
}

function isSignalName(name: unknown): boolean {
  return typeof name === 'string' && name.startsWith('SIG');
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
