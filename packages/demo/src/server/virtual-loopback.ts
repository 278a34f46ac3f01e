import type { Duplex } from 'node:stream';
import type { ServerChannel } from 'ssh2';

/** A program at the server's end, given each connection to its port. */
export type VirtualService = (stream: Duplex) => void;

/** Who asks for a connection, as the other side is told. */
export interface Origin {
  readonly address: string;
  readonly port: number;
}

/** Opens a connection back through the ssh client that listens at a port. */
export type OpenBack = (origin: Origin) => Promise<ServerChannel>;

/** Who holds a port of the virtual loopback. */
export type Holder =
  | { readonly kind: 'service'; readonly serve: VirtualService }
  | { readonly kind: 'client'; readonly owner: object; readonly open: OpenBack }
  | { readonly kind: 'held' };

/**
 * The server's own 127.0.0.1, in memory: a table of ports, none of them bound on the machine.
 *
 * Client and server can so use the same port number at once, as they do on two machines.
 */
export interface VirtualLoopback {
  /** Says who holds a port. */
  get(port: number): Holder | undefined;
  /** Takes a port, or any free one for 0; undefined when it is taken. */
  listen(port: number, holder: Holder): number | undefined;
  /** Gives a port back; with an owner, only if it is that client's. Says whether it did. */
  release(port: number, owner?: object): boolean;
  /** Gives back all ports of a client. */
  releaseAll(owner: object): void;
  /** The ports that clients listen at. */
  clientPorts(): readonly number[];
}

const FIRST_FREE_PORT = 49_152;
const LAST_PORT = 65_535;

/** Makes an empty virtual loopback. */
export function createVirtualLoopback(): VirtualLoopback {
  const holders = new Map<number, Holder>();
  const clients = () => [...holders].filter(([, holder]) => holder.kind === 'client');
  return {
    get: (port) => holders.get(port),
    listen(port, holder) {
      const chosen = port === 0 ? findFreePort(holders) : port;
      if (chosen === undefined || holders.has(chosen)) return undefined;
      holders.set(chosen, holder);
      return chosen;
    },
    release: (port, owner) =>
      (owner === undefined || isOwnedBy(holders.get(port), owner)) && holders.delete(port),
    releaseAll(owner) {
      for (const [port, holder] of clients()) {
        if (isOwnedBy(holder, owner)) holders.delete(port);
      }
    },
    clientPorts: () => clients().map(([port]) => port),
  };
}

function isOwnedBy(holder: Holder | undefined, owner: object): boolean {
  return holder?.kind === 'client' && holder.owner === owner;
}

function findFreePort(holders: ReadonlyMap<number, Holder>): number | undefined {
  for (let port = FIRST_FREE_PORT; port <= LAST_PORT; port += 1) {
    if (!holders.has(port)) return port;
  }
  return undefined;
}
