import { launchWithExeca } from './child/launch-with-execa.ts';
import { superviseTunnel, type RunningTunnel, type SuperviseOptions } from './supervise-tunnel.ts';

/** What a tunnel is made from. */
export interface TunnelOptions extends Omit<SuperviseOptions, 'launch'> {
  /** How ssh is launched. Default: with execa. */
  readonly launch?: SuperviseOptions['launch'];
}

/**
 * Creates and starts a tunnel: one ssh that is kept up by the rules.
 *
 * @example
 * const tunnel = createTunnel({
 *   command: { file: 'ssh', args: ['-N', '-L', '5432:db:5432', 'bastion'] },
 *   gateSeconds: 0,
 * });
 * tunnel.state$.subscribe(console.log);
 * const end = await tunnel.ended;
 */
export function createTunnel(options: TunnelOptions): RunningTunnel {
  const tunnel = superviseTunnel({ launch: launchWithExeca, ...options });
  // Whoever calls can subscribe before the first fact.
  queueMicrotask(() => tunnel.start());
  return tunnel;
}
