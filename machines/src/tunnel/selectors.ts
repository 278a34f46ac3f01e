import type { SnapshotFrom } from 'xstate';
import type { TunnelMachine } from './tunnel-machine.ts';

/** The names of the states of a tunnel, as they appear everywhere. */
export const TUNNEL_STATES = [
  'gating',
  'connecting',
  'healthy',
  'probing',
  'backoff',
  'stopping',
  'stopped',
  'failed',
] as const;

/** The state of a tunnel, by its one name. */
export type TunnelState = (typeof TUNNEL_STATES)[number];

/** A snapshot of the tunnel machine. */
export type TunnelSnapshot = SnapshotFrom<TunnelMachine>;

/** The one state name that a snapshot stands for: `running.unproven.gating` is `gating`. */
export function tunnelState(snapshot: TunnelSnapshot): TunnelState {
  const { value } = snapshot;
  if (typeof value === 'string') return value as TunnelState;
  if ('backoff' in value) return 'backoff';
  const inner = value.running;
  if (typeof inner === 'string') return inner as TunnelState;
  if ('probing' in inner) return 'probing';
  return 'unproven' in inner ? (inner.unproven as TunnelState) : 'stopping';
}

/** Whether an ssh runs, whatever it is good for. */
export function hasChild(snapshot: TunnelSnapshot): boolean {
  return snapshot.matches('running');
}

/** Whether a probe was missed of an ssh that was proved: it is kept, and doubted. */
export function isSuspect(snapshot: TunnelSnapshot): boolean {
  return snapshot.matches({ running: { probing: 'suspect' } });
}

/** Whether the tunnel has proved that it carries traffic. */
export function isUp(snapshot: TunnelSnapshot): boolean {
  return snapshot.matches({ running: 'healthy' }) || snapshot.matches({ running: 'probing' });
}
