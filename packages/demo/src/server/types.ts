import type { Duplex } from 'node:stream';
import type { VirtualService } from './virtual-loopback.ts';

/** What `startEmbeddedServer` takes. */
export interface EmbeddedServerOptions {
  /** @defaultValue any free port */
  readonly port?: number;
  /** Programs at the server's end, by port of its virtual loopback. */
  readonly services?: Readonly<Record<number, VirtualService>>;
  /** Ports of the virtual loopback that are taken from the start. */
  readonly heldPorts?: readonly number[];
  /**
   * False refuses every -L, -R and -D, as sshd with `AllowTcpForwarding no`.
   *
   * @defaultValue true
   */
  readonly allowForwarding?: boolean;
  /**
   * What happens at a request for a -R: `serve` it, `end` the connection, or say `nothing`, as servers do that know no such requests.
   *
   * @defaultValue `serve`
   */
  readonly remoteRequests?: 'serve' | 'end' | 'nothing';
}

/** An SSH server of this process, with a loopback of its own. */
export interface EmbeddedServer {
  readonly host: string;
  readonly port: number;
  /** What ssh takes as its destination: `user@host`. */
  readonly destination: string;
  /** Authenticated clients that are connected now. */
  readonly connections: number;
  /** TCP connections accepted so far, authenticated or not. */
  readonly acceptedConnections: number;
  /** Ports of the virtual loopback that clients listen at (-R). */
  readonly remoteForwards: readonly number[];
  /**
   * The options that lead OpenSSH's ssh here and nowhere else; the destination is not among them.
   *
   * @param port - of a relay to the server. @defaultValue the server's own
   */
  clientArguments(port?: number): string[];
  /** Puts a program at a port of the virtual loopback. Throws when it is taken, as `hold` does. */
  serve(port: number, service: VirtualService): void;
  /** Takes a port of the virtual loopback, so that a client's -R for it is refused. */
  hold(port: number): void;
  /** Gives back a port taken by `serve` or `hold`, or takes it away from a client. */
  release(port: number): void;
  /** Connects to a client's -R, as a program at the server's end. Rejects when nobody listens. */
  connect(port: number): Promise<Duplex>;
  /** Resets the connections of all clients and goes on listening. */
  dropConnections(): void;
  /** An outage: drops the clients and refuses new ones, until `start`. */
  stop(): Promise<void>;
  /** Ends an outage; port and keys are as before. */
  start(): Promise<void>;
  /** Ends the server and deletes its keys. */
  close(): Promise<void>;
}
