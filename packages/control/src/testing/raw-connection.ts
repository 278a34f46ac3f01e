import { connect, type Socket } from 'node:net';

/** A connection that says what the test wants, byte for byte. */
export interface RawConnection {
  readonly socket: Socket;
  /** What came so far. */
  text(): string;
  /** Resolves when the other side has closed, with or without an answer. */
  readonly closed: Promise<void>;
}

/** Connects to a Unix socket; that it is closed is no error. */
export function connectRaw(socketPath: string): RawConnection {
  const socket = connect(socketPath);
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  socket.on('error', () => undefined);
  return {
    socket,
    text: () => Buffer.concat(chunks).toString(),
    closed: new Promise((resolve) => socket.once('close', () => resolve())),
  };
}

/** Sends these bytes, and gives what came back until the other side closed. */
export async function exchange(socketPath: string, bytes: string | Uint8Array): Promise<string> {
  const connection = connectRaw(socketPath);
  connection.socket.write(bytes);
  await connection.closed;
  return connection.text();
}

/** The text of a request that speaks the protocol, unless told otherwise. */
export function requestText(
  line: string,
  body = '',
  headers: Readonly<Record<string, string>> = { 'holdfast-protocol': '1' },
): string {
  const all = { ...headers, 'content-length': String(Buffer.byteLength(body)) };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  return [`${line} HTTP/1.1`, ...lines, '', body].join('\r\n');
}

/** An answer, taken apart. */
export function readAnswer(text: string) {
  const [head, body = ''] = text.split('\r\n\r\n');
  const [first = '', ...lines] = head!.split('\r\n');
  const headers = lines.map((line) => line.split(': ') as [string, string]);
  return {
    status: Number(first.split(' ')[1]),
    headers: Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value])),
    body,
  };
}
