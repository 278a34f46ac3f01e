import {
  createServer,
  STATUS_CODES,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { sendJson } from './answer.ts';
import { errorBody, RequestError } from './request-error.ts';

const MOST_HEADERS = 64;
const TELL_MS = 1000;

/** What the server bears, from whoever may connect to it. */
export interface ServerLimits {
  /** Connections at a time. */
  readonly connections: number;
  /** So many more are told that there are too many; all others are closed at once. */
  readonly toldConnections: number;
  /** Size of a request's first line and headers. */
  readonly headerBytes: number;
  /** Time for a whole request to arrive, counted from the connection. */
  readonly requestMs: number;
  /** Time without a byte read after which an answer is given up. */
  readonly answerMs: number;
}

/** What stands on the server. */
export interface BoundedServerOptions {
  readonly limits: ServerLimits;
  /** Headers of every answer, refusals included. */
  readonly headers: Readonly<Record<string, string>>;
  /** Answers a request, or rejects. */
  answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void>;
  /** What `answer` rejected with, as it is told: the words of a bug may tell anything. */
  toRefusal(error: unknown): RequestError;
}

/**
 * Node's server, made for hostile requests: bounded in number, size and time, one request a connection.
 *
 * Since every connection ends with its answer, nothing can wait in it behind another request.
 */
export function createBoundedServer(options: BoundedServerOptions): Server {
  const { limits } = options;
  const headers = { ...options.headers, connection: 'close', 'cache-control': 'no-store' };
  const crowd = createCrowd(limits.connections);
  const settings = {
    maxHeaderSize: limits.headerBytes,
    headersTimeout: limits.requestMs,
    requestTimeout: limits.requestMs,
    connectionsCheckingInterval: Math.min(1000, limits.requestMs),
    // Whoever answers knows what a missing one means.
    requireHostHeader: false,
  };
  const server = createServer(settings, (incoming, outgoing) => {
    if (!crowd.has(incoming.socket)) return;
    for (const [name, value] of Object.entries(headers)) outgoing.setHeader(name, value);
    outgoing.on('error', () => undefined);
    options.answer(incoming, outgoing).catch((error: unknown) => {
      const refusal = options.toRefusal(error);
      if (outgoing.headersSent) outgoing.destroy();
      else sendJson(outgoing, refusal.status, errorBody(refusal), limits.answerMs);
    });
  });
  server.maxConnections = limits.connections + limits.toldConnections;
  server.on('connection', (socket) => {
    if (!crowd.admits(socket)) tellTooMany(socket, headers);
  });
  server.maxRequestsPerSocket = 1;
  server.maxHeadersCount = MOST_HEADERS;
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    answerBroken(error, socket, headers);
  });
  return server;
}

/** Stops to listen and, after so much time for running requests, ends every connection; resolves when all have ended. */
export async function closeServer(server: Server, closeMs: number): Promise<void> {
  if (!server.listening) return;
  const cut = setTimeout(() => server.closeAllConnections(), closeMs);
  await new Promise((resolve) => server.close(resolve));
  clearTimeout(cut);
}

/** The connections for which there is room. */
function createCrowd(most: number) {
  const admitted = new Set<Socket>();
  return {
    has: (socket: Socket) => admitted.has(socket),
    admits(socket: Socket): boolean {
      if (admitted.size >= most) return false;
      admitted.add(socket);
      socket.once('close', () => admitted.delete(socket));
      return true;
    },
  };
}

type Headers = Readonly<Record<string, string>>;

const TOO_MANY = new RequestError(
  'too-many',
  'there are too many connections: end some, and ask again',
  503,
);

/** Whoever was told closes the connection; to do it here at once could swallow what was said. */
function tellTooMany(socket: Socket, headers: Headers): void {
  const timer = setTimeout(() => socket.destroy(), TELL_MS);
  socket.once('close', () => clearTimeout(timer));
  socket.end(refusalText(headers, TOO_MANY));
}

/** Answers what never became a request; the connection is no use any more. */
function answerBroken(
  error: NodeJS.ErrnoException,
  socket: Duplex & { readonly bytesWritten?: number },
  headers: Headers,
): void {
  if (!socket.writable || socket.bytesWritten !== 0) {
    socket.destroy();
    return;
  }
  socket.end(refusalText(headers, brokenRequest(error)), () => socket.destroy());
}

function brokenRequest({ code, message }: NodeJS.ErrnoException): RequestError {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return new RequestError('too-large', 'the headers of the request are too large', 431);
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new RequestError('bad-request', 'the request did not arrive in time', 408);
    default:
      return new RequestError('bad-request', `the request is not valid HTTP: ${message}`, 400);
  }
}

/** A whole answer, where there is no request that Node could answer. */
function refusalText(headers: Headers, refusal: RequestError): string {
  const body = JSON.stringify(errorBody(refusal));
  const all = Object.entries({
    ...headers,
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(body)),
  });
  const head = all.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return `HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status]}\r\n${head}\r\n${body}`;
}
