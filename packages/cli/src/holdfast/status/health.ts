import type { TunnelStatus } from '@holdfast/engine';

/** Whether ssh runs and has proved that it carries traffic, and each check has passed and passes. */
export function isHealthy({ isHealthy: isWell }: TunnelStatus): boolean {
  return isWell;
}

/** The tunnels that count when all are asked for: those that are not meant to be off. */
export function expectedTunnels(
  tunnels: readonly TunnelStatus[],
  isEachNamed: boolean,
): readonly TunnelStatus[] {
  return isEachNamed ? tunnels : tunnels.filter(({ enabled }) => enabled);
}
