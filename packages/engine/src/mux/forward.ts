import { MuxError } from './mux-error.ts';

/** A TCP port at one end of a forward. */
export interface TcpEndpoint {
  /**
   * Name or address, without brackets.
   *
   * Where somebody listens: left out is ssh's default (loopback, unless `GatewayPorts` says otherwise), `*` is every address.
   */
  readonly host?: string;
  /** Where the server listens, 0 lets it choose. */
  readonly port: number;
}

/** A Unix socket at one end of a forward. */
export interface UnixEndpoint {
  readonly path: string;
}

/** One end of a forward. */
export type Endpoint = TcpEndpoint | UnixEndpoint;

/** One forward of an ssh connection: its -L, -R or -D. */
export type ForwardSpec =
  | { readonly kind: 'local'; readonly listen: Endpoint; readonly connect: Endpoint }
  /** Without `connect`, ssh serves SOCKS to the far end. */
  | { readonly kind: 'remote'; readonly listen: Endpoint; readonly connect?: Endpoint }
  | { readonly kind: 'dynamic'; readonly listen: TcpEndpoint };

const HIGHEST_PORT = 65_535;

/** The longest that OpenSSH takes, in bytes: `NI_MAXHOST`, and Linux's `sun_path` (other systems have less). */
const LONGEST = { host: 1024, path: 107 } as const;

/** Whether this end of a forward is a Unix socket. */
export function isUnixEndpoint(endpoint: Endpoint): endpoint is UnixEndpoint {
  return 'path' in endpoint;
}

/** Where a forward leads, if it leads to one place. */
export function connectEndpoint(spec: ForwardSpec): Endpoint | undefined {
  return spec.kind === 'dynamic' ? undefined : spec.connect;
}

/**
 * Returns a forward that OpenSSH takes for one; else throws a `bad-forward`.
 *
 * OpenSSH answers some of what is refused here by ending the connection, with all other requests on it.
 */
export function checkForward<TSpec extends ForwardSpec>(spec: TSpec): TSpec {
  const connect = connectEndpoint(spec);
  checkEndpoint(spec.listen, spec.kind === 'remote' ? 0 : 1);
  if (spec.kind === 'dynamic' && isUnixEndpoint(spec.listen))
    fail('SOCKS needs a port to listen at');
  if (connect === undefined) {
    if (spec.kind === 'local') fail('nowhere to connect to');
    return spec;
  }
  checkEndpoint(connect, 1);
  if (!isUnixEndpoint(connect) && connect.host === undefined) fail('no host to connect to');
  return spec;
}

function checkEndpoint(endpoint: Endpoint, lowestPort: number): void {
  if (isUnixEndpoint(endpoint)) {
    if (endpoint.path === '') fail('an empty path');
    checkText(endpoint.path, 'path');
    return;
  }
  const { host, port } = endpoint;
  if (host === '') fail('an empty host');
  checkText(host ?? '', 'host');
  if (!Number.isInteger(port) || port < lowestPort || port > HIGHEST_PORT) {
    fail(`port ${port} is not from ${lowestPort} to ${HIGHEST_PORT}`);
  }
}

function checkText(text: string, what: 'host' | 'path'): void {
  if (text.includes('\0')) fail(`a ${what} with a zero byte`);
  if (Buffer.byteLength(text) > LONGEST[what]) {
    fail(`a ${what} of more than ${LONGEST[what]} bytes`);
  }
}

function fail(what: string): never {
  throw new MuxError('bad-forward', what);
}
