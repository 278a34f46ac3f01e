import { UNLIMITED_STARTS } from '../rules/limits.ts';
import { pollTimes } from '../rules/poll-times.ts';
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
  restartIntensity: null,
  asksBeforeStart: false,
  termGraceSeconds: 5,
  killGraceSeconds: 2,
};

/** Fills in the defaults and clamps the poll times; the first poll time follows the poll time. */
export function completeSettings(input: TunnelInput): TunnelSettings {
  const settings = {
    ...DEFAULT_SETTINGS,
    firstPollSeconds: input.pollSeconds ?? DEFAULT_SETTINGS.firstPollSeconds,
    ...input,
  };
  const { pollSeconds, firstPollSeconds } = pollTimes(settings);
  return { ...settings, pollSeconds, firstPollSeconds };
}
