import type { ServerResponse } from 'node:http';

/** Sends JSON. A reader who takes no byte for `answerMs` is cut off. */
export function sendJson(
  outgoing: ServerResponse,
  status: number,
  body: unknown,
  answerMs: number,
): void {
  sendBytes(outgoing, status, Buffer.from(JSON.stringify(body)), 'application/json', answerMs);
}

/** Sends a whole body of this type. A reader who takes no byte for `answerMs` is cut off. */
export function sendBytes(
  outgoing: ServerResponse,
  status: number,
  body: Buffer,
  type: string,
  answerMs: number,
): void {
  // A reader who does not read keeps neither the connection nor the answer.
  outgoing.setTimeout(answerMs, () => outgoing.destroy());
  outgoing.writeHead(status, { 'content-type': type, 'content-length': body.length }).end(body);
}
