import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';

/** The far end of autossh's loop: the port where the message comes back. */
export interface ReadPort {
  /** Everything that came in so far, over all connections. */
  readonly received: string;
  close(): Promise<void>;
}

/** Listens on a port of 127.0.0.1 and keeps what comes in. */
export async function openReadPort(port: number): Promise<ReadPort> {
  const sockets = new Set<Socket>();
  let received = '';
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).once('close', () => sockets.delete(socket));
    socket.setEncoding('utf8').on('data', (text: string) => (received += text));
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    get received() {
      return received;
    },
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
