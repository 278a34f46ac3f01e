import { createServer, request } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

/** A line to a server of this machine that can be cut and mended. */
export interface CuttableLine {
  readonly port: number;
  readonly cut: () => Promise<void>;
  readonly mend: () => Promise<void>;
}

/** Opens a line. The server is asked as if the browser were at its own port. */
export async function cuttableLine(serverPort: number): Promise<CuttableLine> {
  const host = `127.0.0.1:${serverPort}`;
  const make = () =>
    createServer((incoming, outgoing) => {
      const { method, url, headers } = incoming;
      const sent = request({
        port: serverPort,
        host: '127.0.0.1',
        method,
        path: url,
        headers: {
          ...headers,
          host,
          ...(headers.origin === undefined ? {} : { origin: `http://${host}` }),
        },
      });
      sent.on('response', (answer) => {
        outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(outgoing);
        answer.on('error', () => outgoing.destroy());
      });
      sent.on('error', () => outgoing.destroy());
      outgoing.on('close', () => sent.destroy());
      incoming.pipe(sent);
    });
  let server = make();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    cut: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
    mend: async () => {
      server = make();
      server.listen(port, '127.0.0.1');
      await once(server, 'listening');
    },
  };
}
