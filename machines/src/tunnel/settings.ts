import { UNLIMITED_STARTS } from '../rules/max-starts.ts';
import { pollTimes } from '../rules/poll-times.ts';
import { checkRuleSet } from '../rules/check-rule-set.ts';
import { RULE_SETS, type RuleSet } from '../rules/rule-set.ts';
import type { TunnelInput, TunnelSettings } from './types.ts';

/**
 * The settings of a tunnel about which nothing was said: autossh's own defaults.
 *
 * @see docs/rules.md, G-1.
 */
export const DEFAULT_SETTINGS: TunnelSettings = {
  name: 'tunnel',
  rules: 'classic',
  gateSeconds: 30,
  pollSeconds: 600,
  firstPollSeconds: 600,
  maxStarts: UNLIMITED_STARTS,
  lifetimeSeconds: 0,
  hasHeartbeat: false,
  missesAllowed: 0,
  patienceSeconds: 0,
  patienceAloneSeconds: 60,
  challenges: false,
  restartsWhenSilent: true,
  aliveLimitSeconds: null,
  tellsReady: false,
  restartIntensity: null,
  asksBeforeStart: false,
  termGraceSeconds: 5,
  killGraceSeconds: 2,
};

/** The rule set of a tunnel: the one place where a name becomes one. */
export function rulesOf({ rules }: Pick<TunnelSettings, 'rules'>): RuleSet {
  return typeof rules === 'string' ? RULE_SETS[rules] : rules;
}

/**
 * Fills in the defaults and clamps the poll times; the first poll time follows the poll time.
 *
 * Throws a `RuleSetError` for rules that nothing could be decided by.
 */
export function completeSettings(input: TunnelInput): TunnelSettings {
  const usual = { firstPollSeconds: input.pollSeconds ?? DEFAULT_SETTINGS.firstPollSeconds };
  // Not by spreading: V8 would make a hidden class for the settings of each tunnel.
  const settings = Object.assign({}, DEFAULT_SETTINGS, usual, input);
  checkRuleSet(settings.rules);
  const { pollSeconds, firstPollSeconds } = pollTimes(settings);
  return Object.assign(settings, { pollSeconds, firstPollSeconds });
}
