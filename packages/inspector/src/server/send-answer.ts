import type { IncomingMessage, ServerResponse } from 'node:http';
import type { InspectorLimits } from './limits.ts';
import type { PageFile } from './page-files.ts';

/** Sends JSON. */
export function sendJson(
  outgoing: ServerResponse,
  status: number,
  body: unknown,
  limits: InspectorLimits,
): void {
  send(outgoing, status, Buffer.from(JSON.stringify(body)), 'application/json', limits);
}

/** Sends a file of the page, compressed if the browser takes that. */
export function sendFile(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  file: PageFile,
  limits: InspectorLimits,
): void {
  if (file.policy !== undefined) outgoing.setHeader('content-security-policy', file.policy);
  const takesGzip = /\bgzip\b/.test(String(incoming.headers['accept-encoding'] ?? ''));
  if (takesGzip) outgoing.setHeader('content-encoding', 'gzip');
  send(outgoing, 200, takesGzip ? file.gzip : file.body, file.type, limits);
}

function send(
  outgoing: ServerResponse,
  status: number,
  body: Buffer,
  type: string,
  { answerMs }: InspectorLimits,
): void {
  // A reader who does not read keeps neither the connection nor the answer.
  outgoing.setTimeout(answerMs, () => outgoing.destroy());
  outgoing.writeHead(status, { 'content-type': type, 'content-length': body.length }).end(body);
}
