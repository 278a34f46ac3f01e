import { isIPv4, isIPv6 } from 'node:net';
import type { Forward } from '../forward/forward.ts';
import { canonicalIpv6 } from './tcp-table.ts';

/** An address and port of this machine, for which a socket listens. */
export interface ListenPlace {
  readonly address: string;
  readonly port: number;
}

const IPV4_ANY = '0.0.0.0';
const IPV6_ANY = '::';

/** The families of addresses that an ssh may use: `AddressFamily` of ssh_config(5). */
export type AddressFamily = 'any' | 'inet' | 'inet6';

/**
 * Where ssh listens for a forward: loopback unless told otherwise, and at both families unless told otherwise.
 *
 * None for remote forwards, for Unix sockets, and for names of hosts other than `localhost`, which only a resolver knows. `GatewayPorts`
 * is not looked at: an ssh that listens at any address listens at these too.
 *
 * @see `channel_fwd_bind_addr()` https://github.com/openssh/openssh-portable/blob/V_9_2_P1/channels.c
 */
export function listenPlaces(
  { kind, listen }: Forward,
  hasIpv6Loopback: boolean,
  family: AddressFamily = 'any',
): readonly ListenPlace[] {
  if (kind === 'remote' || listen.kind === 'unix') return [];
  return listenAddresses(listen.address)
    .filter((address) =>
      isIPv6(address) ? hasIpv6Loopback && family !== 'inet' : family !== 'inet6',
    )
    .map((address) => ({ address, port: listen.port }));
}

function listenAddresses(written: string | undefined): readonly string[] {
  if (written === undefined || written === 'localhost') return ['127.0.0.1', '::1'];
  if (written === '' || written === '*') return [IPV4_ANY, IPV6_ANY];
  if (isIPv4(written)) return [written];
  return isIPv6(written) ? [canonicalIpv6(written.replace(/%.*/, ''))] : [];
}

/**
 * Whether two sockets cannot both listen: same port and family, and the same address or one of them at any address.
 *
 * A socket at `::` counts as one for IPv6 only. Whether it takes IPv4 too (see ipv6(7), IPV6_V6ONLY), the system does not tell.
 */
export function areInConflict(one: ListenPlace, other: ListenPlace): boolean {
  if (one.port !== other.port || isIPv6(one.address) !== isIPv6(other.address)) return false;
  return one.address === other.address || isAny(one.address) || isAny(other.address);
}

function isAny(address: string): boolean {
  return address === IPV4_ANY || address === IPV6_ANY;
}
