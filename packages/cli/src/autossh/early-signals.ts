/** The signals that autossh reacts to. */
export const SIGNALS: readonly NodeJS.Signals[] = [
  'SIGTERM',
  'SIGINT',
  'SIGHUP',
  'SIGUSR1',
  'SIGUSR2',
];

/** Those that end it. */
export const STOPS: readonly NodeJS.Signals[] = ['SIGTERM', 'SIGINT'];

/** Signals that came before the program could deal with them. */
export interface EarlySignals {
  /** Ends the watch, and tells what came. Call it when the program's own listeners are in place. */
  release(): readonly NodeJS.Signals[];
}

/** All that is known of signals before the program has its own listeners. */
export interface StartSignals extends EarlySignals {
  /** Those that were ignored when it was started. */
  readonly ignored: readonly NodeJS.Signals[];
}

/**
 * Catches signals from the first line of the program on: none of them may end it by default action, and SIGUSR1 must not be left to Node, which
 * would open its debugger.
 */
export function catchEarlySignals(): EarlySignals {
  const caught: NodeJS.Signals[] = [];
  const remember = (name: NodeJS.Signals) => void caught.push(name);
  for (const name of SIGNALS) process.on(name, remember);
  return {
    release() {
      for (const name of SIGNALS) process.off(name, remember);
      return caught;
    },
  };
}
