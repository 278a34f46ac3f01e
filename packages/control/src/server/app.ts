import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Fleet } from '@holdfast/engine';
import type { Hello } from '../api.ts';
import { AGENT_HEADER, readAgent } from '../protocol.ts';
import { ApiError, errorBody, toApiError } from './api-error.ts';
import { checkProtocol, checkRoute } from './check-request.ts';
import { createEventFilter } from './event-filter.ts';
import type { EventHub } from './event-hub.ts';
import type { ControlLimits } from './limits.ts';
import { parseInput, parseJson, parseQuery } from './parse-input.ts';
import { readBody } from './read-body.ts';
import { eventsQuery } from './request-schemas.ts';
import type { Route, Routes } from './routes.ts';
import { readTarget } from './target.ts';

export interface AppParts {
  readonly routes: Routes;
  readonly hello: Hello;
  readonly fleet: Fleet;
  readonly events: EventHub;
  readonly limits: ControlLimits;
  readonly takeAgent: TakeAgent | undefined;
}

/** Takes over the agent of a caller if there is need; resolves to whether it did. The path is from outside. */
export type TakeAgent = (path: string) => Promise<boolean>;

const EVENTS = 'GET /v1/events';

/**
 * The interface as requests and responses.
 *
 * Node's own server and a table of routes: a framework would bring Node's `Response` with it, which costs a supervisor 12 MB (docs/decisions/0006).
 */
export function createApp(parts: AppParts): RequestListener {
  return (incoming, outgoing) => {
    answer(incoming, outgoing, parts).catch((error: unknown) => {
      const refusal = toApiError(error);
      send(outgoing, refusal.status, errorBody(refusal), parts.limits);
    });
  };
}

async function answer(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { routes, hello, fleet, events, limits, takeAgent }: AppParts,
): Promise<void> {
  const target = readTarget(incoming);
  const route = routes[target.key as keyof Routes] as Route<unknown> | undefined;
  if (route?.speaksAnyProtocol !== true) checkProtocol(incoming, hello);
  checkRoute(target, outgoing, [...Object.keys(routes), EVENTS]);
  if (route === undefined) {
    streamEvents(parseQuery(target.query), outgoing, { fleet, events });
    return;
  }
  const input =
    target.method === 'POST'
      ? parseJson(await readBody(incoming, limits.bodyBytes))
      : parseQuery(target.query);
  const order = parseInput(route.schema, input);
  const agent = route.startsSsh === true ? readAgent(agentHeader(incoming)) : undefined;
  // Before the order: an ssh that starts has the environment of that moment.
  const isTaken = agent !== undefined && (await takeAgent?.(agent)) === true;
  const result = await route.handle(order);
  const response = isTaken ? { ...(result as object), agent } : result;
  const answered = () => route.answered?.();
  if (outgoing.closed) answered();
  else outgoing.once('close', answered);
  send(outgoing, 200, response, limits);
}

function agentHeader({ headers }: IncomingMessage): string | undefined {
  const value = headers[AGENT_HEADER];
  return typeof value === 'string' ? value : undefined;
}

function streamEvents(
  query: ReturnType<typeof parseQuery>,
  outgoing: ServerResponse,
  { fleet, events }: Pick<AppParts, 'fleet' | 'events'>,
): void {
  const wish = parseInput(eventsQuery, query);
  const accepts = createEventFilter(wish, fleet);
  if (!events.hasRoom()) {
    throw new ApiError('internal', 'too many streams of events are open: end one of them');
  }
  events.stream(outgoing, { accepts, since: wish.since });
}

function send(
  outgoing: ServerResponse,
  status: number,
  body: unknown,
  { answerMs }: ControlLimits,
): void {
  // A reader who does not read keeps neither the connection nor the answer.
  outgoing.setTimeout(answerMs, () => outgoing.destroy());
  const text = JSON.stringify(body);
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
  };
  outgoing.writeHead(status, headers).end(text);
}
