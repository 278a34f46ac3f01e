import type { FailureReport } from '@holdfast/machines';
import type { ManagedSpec } from '../fleet-tunnel.ts';

/** Where the classic inetd service answers with what it is sent. */
export const ECHO_PORT = 7;

/** These two need something at the far end that is often not there. */
export const LACKS = {
  echo: {
    class: 'throttled',
    sentence: `the heartbeat "echo" was never answered: nothing echoes at port ${ECHO_PORT} of the far end`,
    remedy: 'start an echo service there, or set heartbeat = "mux", which needs nothing there',
  },
  loop: {
    class: 'throttled',
    sentence:
      'the heartbeat "loop" was never answered: its forwards lead nowhere, as they do when the far end is this machine',
    remedy: 'set heartbeat = "mux", which needs no forwards',
  },
} as const satisfies Record<string, FailureReport>;

/** What the heartbeat of a tunnel lacks if it was never answered; `undefined` where nothing is known. */
export function lackOf(heartbeat: ManagedSpec['heartbeat']): FailureReport | undefined {
  return heartbeat === 'echo' || heartbeat === 'loop' ? LACKS[heartbeat] : undefined;
}
