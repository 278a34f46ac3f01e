import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import ssh2, { type Connection } from 'ssh2';
import { LOOPBACK, openPort, type ReopenablePort } from '../reopenable-port.ts';
import {
  createClientArguments,
  createKeyAuthentication,
  createThrowawayKeys,
  type ThrowawayKeys,
} from './throwaway-keys.ts';
import { serveForwards } from './port-forwarding.ts';
import { serveSessions } from './sessions.ts';
import type { EmbeddedServer, EmbeddedServerOptions } from './types.ts';
import { createVirtualLoopback, type Holder, type VirtualLoopback } from './virtual-loopback.ts';

const USER = 'holdfast';

// As sshd by default: it does not ask whether its clients live. ssh2 takes 0 for its own 15 s.
const NEVER_MS = 2 ** 31 - 1;

/**
 * Starts an SSH server on a loopback port, for OpenSSH's own client.
 *
 * Nothing that clients do reaches the machine: a -R is listened for in memory, a -L finds only those
 * and the given services, and shells are scripted (`echo`, `cat`, `size`, `sleep`, `exit`).
 *
 * @example
 * const server = await startEmbeddedServer({ services: { 7: (stream) => stream.pipe(stream) } });
 * spawn('ssh', [...server.clientArguments(), '-N', '-L', '8007:127.0.0.1:7', server.destination]);
 */
export async function startEmbeddedServer(
  options: EmbeddedServerOptions = {},
): Promise<EmbeddedServer> {
  const loopback = createVirtualLoopback();
  takePorts(loopback, options);
  const keys = await createThrowawayKeys();
  const clients = new Set<Connection>();
  const { allowForwarding = true, remoteRequests = 'serve' } = options;
  const server = createSshServer(keys, clients, (connection) => {
    serveSessions(connection);
    if (allowForwarding) serveForwards(connection, loopback, remoteRequests);
  });
  const onSocket = (socket: Socket) => server.injectSocket(socket);
  const port = await openPort({ port: options.port, onSocket }).catch(async (error: unknown) => {
    await keys.remove();
    throw error;
  });
  return describeServer({ keys, loopback, clients, port });
}

function takePorts(loopback: VirtualLoopback, options: EmbeddedServerOptions): void {
  for (const [port, serve] of Object.entries(options.services ?? {})) {
    takePort(loopback, Number(port), { kind: 'service', serve });
  }
  for (const port of options.heldPorts ?? []) takePort(loopback, port, { kind: 'held' });
}

function takePort(loopback: VirtualLoopback, port: number, holder: Holder): void {
  if (loopback.listen(port, holder) !== undefined) return;
  throw new Error(`port ${port} of the virtual loopback is taken: release it first`);
}

function createSshServer(
  keys: ThrowawayKeys,
  clients: Set<Connection>,
  serve: (connection: Connection) => void,
): ssh2.Server {
  const authenticate = createKeyAuthentication(readFileSync(`${keys.clientKeyFile}.pub`));
  const settings = { hostKeys: [readFileSync(keys.hostKeyFile)], keepaliveInterval: NEVER_MS };
  return new ssh2.Server(settings, (connection) => {
    // A lost client is no error here; `close` follows.
    connection.on('error', () => undefined);
    connection.on('authentication', authenticate);
    connection.once('ready', () => clients.add(connection));
    connection.once('close', () => clients.delete(connection));
    serve(connection);
  });
}

interface Parts {
  readonly keys: ThrowawayKeys;
  readonly loopback: VirtualLoopback;
  readonly clients: ReadonlySet<Connection>;
  readonly port: ReopenablePort;
}

function describeServer({ keys, loopback, clients, port }: Parts): EmbeddedServer {
  return {
    host: LOOPBACK,
    port: port.port,
    destination: `${USER}@${LOOPBACK}`,
    get connections() {
      return clients.size;
    },
    get acceptedConnections() {
      return port.accepted;
    },
    get remoteForwards() {
      return loopback.clientPorts();
    },
    clientArguments: (relayPort = port.port) => createClientArguments(keys, relayPort),
    serve: (at, serve) => takePort(loopback, at, { kind: 'service', serve }),
    hold: (at) => takePort(loopback, at, { kind: 'held' }),
    release: (at) => void loopback.release(at),
    connect: (at) => connectToClient(loopback, at),
    dropConnections: () => port.reset(),
    stop: () => port.close(),
    start: () => port.open(),
    close: async () => {
      await port.close();
      await keys.remove();
    },
  };
}

async function connectToClient(loopback: VirtualLoopback, port: number): Promise<Duplex> {
  const holder = loopback.get(port);
  if (holder?.kind !== 'client') throw new Error(`no client listens at port ${port}`);
  const channel = await holder.open({ address: LOOPBACK, port: 0 });
  return channel.on('error', () => undefined);
}
