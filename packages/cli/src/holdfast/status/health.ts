import type { TunnelStatus } from '@holdfast/engine';

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
