import { expect, test } from 'vitest';
import { completeSettings, DEFAULT_SETTINGS } from './settings.ts';

test('without a word, everything is as autossh has it', () => {
  expect(completeSettings({})).toEqual(DEFAULT_SETTINGS);
  expect(DEFAULT_SETTINGS).toEqual({
    name: 'tunnel',
    rules: 'classic',
    gateSeconds: 30,
    pollSeconds: 600,
    firstPollSeconds: 600,
    maxStarts: -1,
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
  });
});

test.each([
  // [settings, poll time, first poll time]
  [{ pollSeconds: 20 }, 20, 20],
  [{ firstPollSeconds: 20 }, 600, 20],
  [{ pollSeconds: 20, firstPollSeconds: 5 }, 20, 5],
  [{ lifetimeSeconds: 50 }, 50, 50],
  [{ lifetimeSeconds: 50, pollSeconds: 20 }, 20, 20],
  [{ lifetimeSeconds: 50, firstPollSeconds: 5 }, 50, 5],
] as const)('%j: poll time %i s, first poll time %i s', (input, pollSeconds, firstPollSeconds) => {
  expect(completeSettings(input)).toEqual({
    ...DEFAULT_SETTINGS,
    ...input,
    pollSeconds,
    firstPollSeconds,
  });
});
