import type { FailureClass } from './failure-policy.ts';

/**
 * What the failure of a challenger says of the next one: it may get in when the path is back, or when the server takes connections again;
 * or no second login can be had here at all.
 */
export type ChallengerVerdict = 'try-again' | 'no-witness';

/** What each class of failures means for a challenger. */
export const CHALLENGER_VERDICTS: Readonly<Record<FailureClass, ChallengerVerdict>> = {
  unreachable: 'try-again',
  throttled: 'try-again',
  dropped: 'try-again',
  'local-lack': 'try-again',
  unknown: 'try-again',
  auth: 'no-witness',
  'host-key-changed': 'no-witness',
  'host-key-unknown': 'no-witness',
  usage: 'no-witness',
  // It asks for no forward: what else it may be about stays.
  'remote-port-held': 'no-witness',
  'local-port-held': 'no-witness',
};
