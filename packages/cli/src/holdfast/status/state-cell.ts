import type { TunnelStatus } from '@holdfast/engine';
import { isHealthy } from './health.ts';
import type { Style } from '../terminal/paint.ts';

/** The state as the table shows it. */
export interface StateCell {
  readonly text: string;
  readonly style: Style | undefined;
}

const STYLES: Readonly<Partial<Record<TunnelStatus['state'], Style>>> = {
  healthy: 'green',
  gating: 'yellow',
  connecting: 'yellow',
  backoff: 'yellow',
  stopping: 'yellow',
  stopped: 'dim',
  failed: 'red',
};

/** A tunnel with a probe out is as healthy as before it: the word would flicker. */
export function stateCell(tunnel: TunnelStatus): StateCell {
  const { state, isDegraded, needsAttention } = tunnel;
  const shown = state === 'probing' ? 'healthy' : state;
  if (needsAttention) return { text: `${shown}!`, style: 'alarm' };
  if (isDegraded) return { text: 'degraded', style: 'yellow' };
  // Connected, and a check is still to pass for the first time.
  if (shown === 'healthy' && !isHealthy(tunnel)) return { text: 'checking', style: 'yellow' };
  return { text: shown, style: STYLES[shown] };
}
