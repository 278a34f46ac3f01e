import type { TunnelStatus } from '@holdfast/engine';

/** Whether ssh runs, has proved that it carries traffic, and every check passes. */
export function isHealthy({ state, isDegraded }: TunnelStatus): boolean {
  return (state === 'healthy' || state === 'probing') && !isDegraded;
}

/** The tunnels that count when all are asked for: those that are not meant to be off. */
export function expectedTunnels(
  tunnels: readonly TunnelStatus[],
  isEachNamed: boolean,
): readonly TunnelStatus[] {
  return isEachNamed ? tunnels : tunnels.filter(({ enabled }) => enabled);
}
