import type { InspectorAction } from '../../src/api.ts';

/** On the buttons. */
export const LABELS: Readonly<Record<InspectorAction, string>> = {
  start: 'Start',
  restart: 'Restart',
  stop: 'Stop',
  probe: 'Probe now',
};

const CONSEQUENCES: Readonly<Record<InspectorAction, string>> = {
  start: 'It is started, and the tunnels that it waits for.',
  restart: 'Its ssh is ended and started again. Connections through it are cut.',
  stop: 'Its ssh is ended, and it stays down until somebody starts it. Connections through it are cut.',
  probe: 'The server is asked for an answer.',
};

/** What an order does, for who is about to give it. */
export function consequenceOf(action: InspectorAction): string {
  return CONSEQUENCES[action];
}

/** A probe does no harm. */
export function needsConfirmation(action: InspectorAction): boolean {
  return action !== 'probe';
}

/** Which actions make sense in a state. */
export function possibleActions(
  all: readonly InspectorAction[],
  state: string,
): readonly InspectorAction[] {
  const hasEnded = state === 'stopped' || state === 'failed';
  return all.filter((action) => {
    if (action === 'start') return hasEnded;
    return action === 'probe' ? state === 'healthy' : !hasEnded && state !== 'stopping';
  });
}
