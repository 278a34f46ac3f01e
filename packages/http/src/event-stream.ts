import type { ServerResponse } from 'node:http';

/**
 * A sign of life: a comment, which readers of the stream skip.
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#authoring-notes
 */
export const ALIVE_FRAME = ': alive\n\n';

/** JSON as one server-sent event; JSON has no line ends of its own. */
export function eventFrame(json: string, id?: number): string {
  return `${id === undefined ? '' : `id: ${id}\n`}data: ${json}\n\n`;
}

/** Answers with a stream of server-sent events, which is open from now on. */
export function beginEvents(outgoing: ServerResponse): void {
  outgoing.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
}

/**
 * Sends frames to a reader, or cuts off one who reads more slowly than that.
 *
 * Memory is for everyone: who was cut off can come back and ask for what was missed.
 */
export function writeFrame(outgoing: ServerResponse, frame: string, unreadBytes: number): void {
  outgoing.write(frame);
  if (outgoing.writableLength > unreadBytes) outgoing.destroy();
}
