import type { TunnelStatus } from '@holdfast/engine';
import type { Style } from '../terminal/terminal.ts';

/** Whether ssh has proved that it carries traffic, every forward is there, and each check has passed and passes. */
export function isHealthy({
  isHealthy: isWell,
  state,
  isDegraded,
}: Partial<TunnelStatus>): boolean {
  // A supervisor of an earlier version did not say it in one word.
  return isWell ?? ((state === 'healthy' || state === 'probing') && isDegraded === false);
}

/** The tunnels that count when all are asked for: those that are not meant to be off. */
export function expectedTunnels(
  tunnels: readonly TunnelStatus[],
  isEachNamed: boolean,
): readonly TunnelStatus[] {
  return isEachNamed ? tunnels : tunnels.filter(({ enabled }) => enabled);
}

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
  const { state, isDegraded, needsAttention, suspect } = tunnel;
  const shown = state === 'probing' ? 'healthy' : state;
  if (needsAttention) return { text: `${shown}!`, style: 'alarm' };
  if (isDegraded) return { text: 'degraded', style: 'yellow' };
  if (suspect?.isLasting === true) return { text: 'suspect', style: 'yellow' };
  // Connected, and a check is still to pass for the first time.
  if (shown === 'healthy' && !isHealthy(tunnel)) return { text: 'checking', style: 'yellow' };
  return { text: shown, style: STYLES[shown] };
}
