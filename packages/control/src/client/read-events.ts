import type { IncomingMessage } from 'node:http';
import type { EventLevel, FleetEvent } from '@holdfast/engine';
import { createParser } from 'eventsource-parser';
import { isFleetEvent } from './answer-shapes.ts';
import { formatQuery, type Line, placeCall } from './call.ts';
import { badAnswer, timedOut, toControlError } from './control-error.ts';
import { checkSpeaker, readAnswer } from './read-answer.ts';

/** Which events are wanted. */
export interface EventsRequest {
  /** Names, globs and tags; none: all tunnels. Events of the whole fleet always come. */
  readonly names?: readonly string[] | undefined;
  /** The least important that is wanted. Default: `debug`, all. */
  readonly level?: EventLevel | undefined;
  /** First the kept events (the last 500) that came after this id; 0: all of them. Default: only what is to come. */
  readonly since?: number | undefined;
  /** Ends the stream without an error. */
  readonly signal?: AbortSignal | undefined;
  /** Silence after which the supervisor counts as hanging; it gives a sign of life every 15 s. Default: 45 s. */
  readonly silenceMs?: number | undefined;
}

const SILENCE_MS = 45_000;
const LONGEST_EVENT = 1024 * 1024;

/** Events as they happen; ends when the supervisor ends them, and throws nothing but a ControlError. */
export async function* readEvents(
  line: Line,
  wish: EventsRequest,
): AsyncGenerator<FleetEvent, void> {
  const { names = [], level, since, signal, silenceMs = SILENCE_MS } = wish;
  if (signal?.aborted) return;
  const path = `/v1/events${formatQuery(names, { level, since })}`;
  const call = placeCall(line, { method: 'GET', path });
  const stop = () => call.cancel(new Error('the reader has gone'));
  const hang = () => call.cancel(timedOut(line.socketPath, silenceMs));
  signal?.addEventListener('abort', stop, { once: true });
  let silence = setTimeout(hang, silenceMs);
  try {
    const answer = await call.answer;
    checkSpeaker(answer, line, false);
    await checkStream(answer, line);
    for await (const events of readPieces(answer, line)) {
      // The time of whoever reads the events is not the supervisor's silence.
      clearTimeout(silence);
      yield* events;
      silence = setTimeout(hang, silenceMs);
    }
  } catch (error) {
    if (signal?.aborted) return;
    throw toControlError(error, line.socketPath);
  } finally {
    clearTimeout(silence);
    signal?.removeEventListener('abort', stop);
    stop();
  }
}

async function checkStream(answer: IncomingMessage, line: Line): Promise<void> {
  const isStream = answer.headers['content-type'] === 'text/event-stream';
  if (isStream && answer.statusCode === 200) return;
  await readAnswer(answer, line);
  throw badAnswer(line.socketPath, 'it is not a stream of events');
}

/** The events that are whole with each piece that comes; perhaps none, which is a sign of life all the same. */
async function* readPieces(
  answer: IncomingMessage,
  line: Line,
): AsyncGenerator<readonly FleetEvent[]> {
  let events: FleetEvent[] = [];
  const parser = createParser({
    onEvent: ({ data }) => events.push(readEvent(data, line)),
    onError({ type }) {
      if (type === 'max-buffer-size-exceeded')
        throw badAnswer(line.socketPath, 'an event is too long');
    },
    maxBufferSize: LONGEST_EVENT,
  });
  for await (const piece of answer.setEncoding('utf8') as AsyncIterable<string>) {
    parser.feed(piece);
    yield events;
    events = [];
  }
}

function readEvent(data: string, line: Line): FleetEvent {
  const event: unknown = JSON.parse(data);
  if (isFleetEvent(event)) return event;
  throw badAnswer(line.socketPath, 'an event has not the form of one');
}
