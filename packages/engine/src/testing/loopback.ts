import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A server on loopback that knows its connections. */
export interface ListeningServer {
  readonly port: number;
  /** Every connection so far, in order. */
  readonly sockets: readonly Socket[];
  /** Lets the port go, and ends every connection. */
  close(): Promise<void>;
}

/** Listens on 127.0.0.1: on any free port, unless told which. */
export async function listen(
  onSocket: (socket: Socket, nth: number) => void,
  port = 0,
): Promise<ListeningServer> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket.on('error', () => undefined));
    onSocket(socket, sockets.length);
  });
  server.listen({ host: '127.0.0.1', port });
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    sockets,
    close: () => closeAll(server, sockets),
  };
}

async function closeAll(server: Server, sockets: readonly Socket[]): Promise<void> {
  for (const socket of sockets) socket.destroy();
  if (server.listening) await once(server.close(), 'close');
}

/** A port that nobody listens on. */
export async function closedPort(): Promise<number> {
  const server = await listen(() => undefined);
  await server.close();
  return server.port;
}

/** Connects to a port of this machine; errors are no concern of the test. */
export function visit(port: number, host = '127.0.0.1'): Socket {
  return connect({ port, host, noDelay: true }).on('error', () => undefined);
}

/** Calls back with each message that arrives, and its number: messages have one size. */
export function onMessage(socket: Socket, size: number, hear: (nth: number) => void): void {
  let bytes = 0;
  socket.on('data', (chunk) => {
    const before = Math.floor(bytes / size);
    bytes += chunk.length;
    for (let nth = before + 1; nth <= Math.floor(bytes / size); nth += 1) hear(nth);
  });
}

/** Writes one byte at a time, each in a packet of its own. */
export async function writeByteByByte(socket: Socket, bytes: Buffer): Promise<void> {
  for (const byte of bytes) {
    await new Promise<void>((resolve) => socket.write(Buffer.of(byte), () => resolve()));
    await new Promise(setImmediate);
  }
}
