import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const RETRY_MS = 50;
const LONGEST_WAIT_MS = 90_000;

/** One TCP connection of a test, with all that came back on it. */
export interface TcpConversation {
  readonly received: string;
  readonly isClosed: boolean;
  write(text: string): void;
  /** Says that nothing more will be written; the answer can still come. */
  end(): void;
}

const open = new Set<Socket>();

/** Connects to a port of 127.0.0.1, as soon as somebody listens there. */
export async function converse(port: number): Promise<TcpConversation> {
  const giveUpAt = Date.now() + LONGEST_WAIT_MS;
  for (;;) {
    try {
      return await tryToConverse(port);
    } catch (error) {
      if (Date.now() > giveUpAt) throw error;
      await sleep(RETRY_MS);
    }
  }
}

/** Ends all connections that a test opened. For `afterEach`. */
export function endAllConversations(): void {
  for (const socket of open) socket.destroy();
}

async function tryToConverse(port: number): Promise<TcpConversation> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
  await once(socket, 'connect');
  open.add(socket);
  let received = '';
  let isClosed = false;
  socket.on('error', () => undefined);
  socket.setEncoding('utf8').on('data', (text: string) => (received += text));
  socket.once('end', () => (isClosed = true));
  socket.once('close', () => {
    isClosed = true;
    open.delete(socket);
  });
  return {
    get received() {
      return received;
    },
    get isClosed() {
      return isClosed;
    },
    write: (text) => void socket.write(text),
    end: () => void socket.end(),
  };
}
