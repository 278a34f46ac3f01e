import type { FleetEvent } from '@holdfast/engine';

/**
 * A sign of life: a comment, which readers of the stream skip.
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#authoring-notes
 */
export const ALIVE_FRAME = ': alive\n\n';

/** An event as server-sent events have it; JSON has no line ends of its own. */
export function eventFrame(event: FleetEvent): string {
  return `id: ${event.id}\ndata: ${JSON.stringify(event)}\n\n`;
}
