import { expect, test } from 'vitest';
import { keptSignals } from './signals.ts';

const IGNORED = ['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGPIPE', 'SIGTSTP'] as const;

test.each([
  ['classic', true, IGNORED],
  ['classic', false, IGNORED],
  ['autossh-1.4', true, ['SIGHUP', 'SIGQUIT', 'SIGPIPE', 'SIGTSTP']],
  ['autossh-1.4', false, ['SIGQUIT', 'SIGTSTP']],
  ['autossh-1.3', true, ['SIGQUIT', 'SIGPIPE', 'SIGTSTP']],
  ['autossh-1.3', false, ['SIGQUIT', 'SIGPIPE', 'SIGTSTP']],
] as const)('under %s an ssh (the first: %s) ignores %j (RUN-5)', (rules, isFirst, kept) => {
  expect(keptSignals(IGNORED, rules, isFirst)).toEqual(kept);
});
