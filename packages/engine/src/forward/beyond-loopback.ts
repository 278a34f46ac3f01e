import type { Listen } from './forward.ts';

/**
 * Whether a forward is to be reached from other machines: of a remote one the server decides that.
 *
 * @see sshd_config(5), GatewayPorts
 * @internal For the packages of Holdfast.
 */
export function isBeyondLoopback(listen: Listen): boolean {
  if (listen.kind !== 'tcp' || listen.address === undefined) return false;
  return !/^(?:localhost|127\..*|::1)$/.test(listen.address);
}
