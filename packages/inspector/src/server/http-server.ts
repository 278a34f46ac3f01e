import { createServer, type RequestListener, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { errorBody, InspectorError } from '../inspector-error.ts';
import { ANSWER_HEADERS } from './answer-headers.ts';
import type { InspectorLimits } from './limits.ts';

const MOST_HEADERS = 64;

/** Node's server, made for hostile requests: bounded in number, size and time, one request a connection. */
export function createInspectorHttp(limits: InspectorLimits, listener: RequestListener): Server {
  const { headerBytes, requestMs } = limits;
  const server = createServer(
    {
      maxHeaderSize: headerBytes,
      headersTimeout: requestMs,
      requestTimeout: requestMs,
      connectionsCheckingInterval: Math.min(1000, requestMs),
      // A missing one is refused like a wrong one, by what answers.
      requireHostHeader: false,
    },
    (incoming, outgoing) => {
      for (const [name, value] of Object.entries(ANSWER_HEADERS)) outgoing.setHeader(name, value);
      listener(incoming, outgoing);
    },
  );
  server.maxConnections = limits.connections;
  server.maxRequestsPerSocket = 1;
  server.maxHeadersCount = MOST_HEADERS;
  server.on('clientError', answerBroken);
  return server;
}

/** Answers what never became a request; the connection is no use any more. */
function answerBroken(
  { code }: NodeJS.ErrnoException,
  socket: Duplex & { readonly bytesWritten?: number },
): void {
  if (!socket.writable || socket.bytesWritten !== 0) {
    socket.destroy();
    return;
  }
  const [status, sentence] = BROKEN[code ?? ''] ?? ['400 Bad Request', 'the request is no HTTP'];
  const body = JSON.stringify(errorBody(new InspectorError('bad-request', sentence)));
  const all = Object.entries({
    ...ANSWER_HEADERS,
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(body)),
  });
  const head = all.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  socket.end(`HTTP/1.1 ${status}\r\n${head}\r\n${body}`, () => socket.destroy());
}

const BROKEN: Readonly<Record<string, readonly [status: string, sentence: string]>> = {
  HPE_HEADER_OVERFLOW: [
    '431 Request Header Fields Too Large',
    'the headers of the request are too large',
  ],
  ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout', 'the request did not arrive in time'],
};
