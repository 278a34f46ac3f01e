import type { ServerResponse } from 'node:http';
import { beginEvents, eventFrame, writeFrame } from '@holdfast/http';
import type { AnyActorRef, InspectionEvent, Observer } from 'xstate';
import { InspectorError } from '../inspector-error.ts';
import type { InspectorRoutes } from '../server/routes.ts';
import type { FrameRules } from './frame-of.ts';
import { createStatelyFrames } from './stately-frames.ts';

/** Actors that can be looked at, such as those of a fleet. */
export interface InspectedActors {
  /** Those that live now, without their children. */
  actors(): Iterable<AnyActorRef>;
  /** Tells what happens in their systems, until it is unsubscribed. */
  inspect(observer: Observer<InspectionEvent>): { unsubscribe(): void };
}

/** How frames are sent. */
export interface StatelyRoutesOptions {
  /** What stays of events and states. Default: `redactFrame`. */
  readonly redact?: FrameRules['redact'] | undefined;
  /** Streams at a time. Default: 4. */
  readonly streams?: number | undefined;
  /** What a stream may hold back for a reader who is slower than it, in bytes. Default: 4 MB. */
  readonly unreadBytes?: number | undefined;
}

/** The routes of the page for Stately's inspector. */
export interface StatelyRoutes {
  /** `GET /api/stately`: server-sent events, each a frame: first one for each living actor, then what happens. */
  readonly routes: InspectorRoutes;
  /** How many read now: no inspection event is asked for while it is 0. */
  readonly readers: () => number;
}

/** Makes the routes; the frames are redacted before they leave this process. */
export function createStatelyRoutes(
  actors: InspectedActors,
  { redact, streams = 4, unreadBytes = 4 * 1024 * 1024 }: StatelyRoutesOptions = {},
): StatelyRoutes {
  let readers = 0;
  const open = (outgoing: ServerResponse) => {
    readers += 1;
    // Before anything can fail: a place that is not given back is one for ever.
    outgoing.once('close', () => (readers -= 1));
    const stop = sendFrames(actors, outgoing, { redact, unreadBytes });
    outgoing.once('close', stop);
  };
  return {
    routes: {
      'GET /api/stately': {
        parameters: [],
        stream(_, outgoing) {
          if (readers >= streams) {
            throw new InspectorError('too-many', 'too many pages are open: close one of them');
          }
          open(outgoing);
        },
      },
    },
    readers: () => readers,
  };
}

function sendFrames(
  actors: InspectedActors,
  outgoing: ServerResponse,
  { redact, unreadBytes }: { redact: FrameRules['redact'] | undefined; unreadBytes: number },
): () => void {
  // What is there goes out in one piece, whatever its size; who then reads too slowly can come back.
  let limitBytes = Number.POSITIVE_INFINITY;
  const frames = createStatelyFrames({
    redact,
    send(frame) {
      writeFrame(outgoing, eventFrame(JSON.stringify(frame)), limitBytes);
    },
  });
  beginEvents(outgoing);
  frames.greet(actors.actors());
  limitBytes = outgoing.writableLength + unreadBytes;
  const watching = actors.inspect(frames.inspect);
  return () => watching.unsubscribe();
}
