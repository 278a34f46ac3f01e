import type { FailureReport } from '@holdfast/machines';
import type { ManagedSpec } from '../fleet-tunnel.ts';
import type { HeartbeatKind } from '../tunnel-spec.ts';

/** Where the classic inetd service answers with what it is sent. */
export const ECHO_PORT = 7;

/** What is known of a heartbeat before it has asked anything. */
interface HeartbeatTraits {
  /** Whether its connections go through forwards of its own, so that what ssh says of a forward may be about them. */
  readonly usesForwards: boolean;
  /** What it may lack when it was never answered; absent where it needs nothing that is often not there. */
  readonly lack?: FailureReport;
}

const TRAITS: Readonly<Record<HeartbeatKind, HeartbeatTraits>> = {
  mux: { usesForwards: false },
  loop: {
    usesForwards: true,
    lack: {
      class: 'throttled',
      sentence:
        'the heartbeat "loop" was never answered: its forwards lead nowhere, as they do when the far end is this machine',
      remedy: 'set heartbeat = "mux", which needs no forwards',
    },
  },
  echo: {
    usesForwards: true,
    lack: {
      class: 'throttled',
      sentence: `the heartbeat "echo" was never answered: nothing echoes at port ${ECHO_PORT} of the far end`,
      remedy: 'start an echo service there, or set heartbeat = "mux", which needs nothing there',
    },
  },
  none: { usesForwards: false },
};

/** Nothing is known of a heartbeat of the user's own. */
const CUSTOM: HeartbeatTraits = { usesForwards: false };

/** What is known of the heartbeat of a tunnel. */
export function heartbeatTraits(heartbeat: ManagedSpec['heartbeat']): HeartbeatTraits {
  return typeof heartbeat === 'string' ? TRAITS[heartbeat] : CUSTOM;
}
