import { createServer, type RequestListener, type Server, type ServerOptions } from 'node:http';
import type { Duplex } from 'node:stream';
import { PROTOCOL } from '../api.ts';
import { PROTOCOL_HEADER, VERSION_HEADER } from '../protocol.ts';
import { ApiError, errorBody } from './api-error.ts';
import type { ControlLimits } from './limits.ts';

const MOST_HEADERS = 64;

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
  const server = createServer(serverOptions(limits), (incoming, outgoing) => {
    for (const [name, value] of Object.entries(headers)) outgoing.setHeader(name, value);
    listener(incoming, outgoing);
  });
  server.maxConnections = limits.connections;
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
  const [status, refusal] = refusalOf(error);
  const body = JSON.stringify(errorBody(refusal));
  const all = Object.entries({
    ...headers,
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(body)),
  });
  const head = all.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  socket.end(`HTTP/1.1 ${status}\r\n${head}\r\n${body}`, () => socket.destroy());
}

function refusalOf({ code, message }: NodeJS.ErrnoException): [status: string, refusal: ApiError] {
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
