import { createServer, type RequestListener, type Server, type ServerOptions } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { PROTOCOL } from '../api.ts';
import { PROTOCOL_HEADER, VERSION_HEADER } from '../protocol.ts';
import { ApiError, errorBody } from './api-error.ts';
import type { ControlLimits } from './limits.ts';

const MOST_HEADERS = 64;
/** So many more are told that there are too many. */
const TOLD_CONNECTIONS = 16;
const TELL_MS = 1000;

type CommonHeaders = Readonly<Record<string, string>>;

/**
 * Node's server, made for hostile requests: bounded in number, size and time, one request a connection.
 *
 * Since every connection ends with its answer, nothing can wait in it behind another request.
 */
export function createHttpServer(
  version: string,
  limits: ControlLimits,
  listener: RequestListener,
): Server {
  const headers: CommonHeaders = {
    [PROTOCOL_HEADER]: String(PROTOCOL),
    [VERSION_HEADER]: version,
    connection: 'close',
    'cache-control': 'no-store',
  };
  const crowd = createCrowd(limits.connections);
  const server = createServer(serverOptions(limits), (incoming, outgoing) => {
    if (!crowd.has(incoming.socket)) return;
    for (const [name, value] of Object.entries(headers)) outgoing.setHeader(name, value);
    listener(incoming, outgoing);
  });
  server.maxConnections = limits.connections + TOLD_CONNECTIONS;
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

function serverOptions({ headerBytes, requestMs }: ControlLimits): ServerOptions {
  return {
    maxHeaderSize: headerBytes,
    headersTimeout: requestMs,
    requestTimeout: requestMs,
    connectionsCheckingInterval: Math.min(1000, requestMs),
    requireHostHeader: false,
  };
}

/** Answers what never became a request; the connection is no use any more. */
function answerBroken(
  error: NodeJS.ErrnoException,
  socket: Duplex & { readonly bytesWritten?: number },
  headers: CommonHeaders,
): void {
  if (!socket.writable || socket.bytesWritten !== 0) {
    socket.destroy();
    return;
  }
  socket.end(formatRefusal(headers, refusalOf(error)), () => socket.destroy());
}

type Refusal = readonly [status: string, refusal: ApiError];

const TOO_MANY: Refusal = [
  '503 Service Unavailable',
  new ApiError('too-many', 'the supervisor has too many connections: end some, and ask again'),
];

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

/** Whoever was told closes the connection; to do it here at once could swallow what was said. */
function tellTooMany(socket: Socket, headers: CommonHeaders): void {
  const timer = setTimeout(() => socket.destroy(), TELL_MS);
  socket.once('close', () => clearTimeout(timer));
  socket.end(formatRefusal(headers, TOO_MANY));
}

function formatRefusal(headers: CommonHeaders, [status, refusal]: Refusal): string {
  const body = JSON.stringify(errorBody(refusal));
  const all = Object.entries({
    ...headers,
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(body)),
  });
  const head = all.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return `HTTP/1.1 ${status}\r\n${head}\r\n${body}`;
}

function refusalOf({ code, message }: NodeJS.ErrnoException): Refusal {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return [
        '431 Request Header Fields Too Large',
        new ApiError('too-large', 'the headers of the request are too large'),
      ];
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return [
        '408 Request Timeout',
        new ApiError('bad-request', 'the request did not arrive in time'),
      ];
    default:
      return ['400 Bad Request', new ApiError('bad-request', `the request is no HTTP: ${message}`)];
  }
}
