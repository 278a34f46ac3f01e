import type { Forward, Listen } from '../../../forward/forward.ts';
import { areOneServer, serverEndOf, type ServerEnd } from '../../../phase/server-end.ts';

/** A tunnel that has what another was refused. */
export interface OtherTunnel {
  readonly name: string;
  readonly host: string;
  /** Whether both are connected to one server; `undefined` where that is not known. */
  readonly isSameServer: true | undefined;
}

/** What has to be known of a tunnel to compare it with another. */
export interface ComparedTunnel {
  readonly name: string;
  readonly spec: { readonly host: string };
  isConnected(): boolean;
  /** All that its ssh has, also those that ssh_config adds. */
  everyForward(): readonly Forward[];
  /** The ssh that runs. */
  pid(): number | undefined;
}

/**
 * Another tunnel that is up and has a remote forward at one of these places, as far as its listener goes: one to the same server, or for want
 * of one a tunnel of which nobody knows where it leads. One to another server is none.
 */
export function otherWithRemote(
  tunnels: Iterable<ComparedTunnel>,
  name: string,
  places: readonly Listen[],
  endOf: (pid: number) => ServerEnd | undefined = serverEndOf,
): OtherTunnel | undefined {
  const all = [...tunnels];
  const holders = all.filter((tunnel) => tunnel.name !== name && hasRemote(tunnel, places));
  if (holders.length === 0) return undefined;
  const endOfTunnel = (tunnel: ComparedTunnel | undefined) => {
    const pid = tunnel?.pid();
    return pid === undefined ? undefined : endOf(pid);
  };
  const end = endOfTunnel(all.find((tunnel) => tunnel.name === name));
  let possible: OtherTunnel | undefined;
  for (const holder of holders) {
    const answer = areOneServer(end, endOfTunnel(holder));
    const { host } = holder.spec;
    if (answer === 'yes') return { name: holder.name, host, isSameServer: true };
    if (answer === 'not told') possible ??= { name: holder.name, host, isSameServer: undefined };
  }
  return possible;
}

function hasRemote(tunnel: ComparedTunnel, places: readonly Listen[]): boolean {
  if (!tunnel.isConnected()) return false;
  return tunnel
    .everyForward()
    .some(
      ({ kind, listen }) => kind === 'remote' && places.some((place) => isSamePlace(place, listen)),
    );
}

function isSamePlace(one: Listen, other: Listen): boolean {
  return one.kind === 'unix' || other.kind === 'unix'
    ? one.kind === 'unix' && other.kind === 'unix' && one.path === other.path
    : one.port === other.port;
}
