import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Fleet } from '@holdfast/engine';
import { parseJson, readBody, readTarget, sendJson } from '@holdfast/http';
import { listChoices } from '@holdfast/text';
import { type Hello, PROTOCOL } from '../api.ts';
import {
  AGENT_HEADER,
  PROTOCOL_HEADER,
  readAgent,
  readProtocol,
  VERSION_HEADER,
  wrongProtocolSentence,
} from '../protocol.ts';
import { ApiError } from './api-error.ts';
import { createEventFilter, type EventHub } from './event-hub.ts';
import type { ControlLimits } from './control-limits.ts';
import { eventsQuery, parametersOf, parseInput } from './request-schemas.ts';
import type { Route, Routes } from './routes.ts';

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
 * Answers one request of the interface; rejects with the refusal if there is one.
 *
 * Node's own server and a table of routes: a framework would bring Node's `Response` with it, which costs a supervisor 12 MB (docs/decisions/0006).
 */
export async function answerRequest(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { routes, hello, fleet, events, limits, takeAgent }: AppParts,
): Promise<void> {
  const { method, path, query } = readTarget(incoming);
  const route = routes[`${method} ${path}` as keyof Routes] as Route<unknown> | undefined;
  if (route?.speaksAnyProtocol !== true) checkProtocol(incoming, hello);
  checkRoute(method, path, outgoing, [...Object.keys(routes), EVENTS]);
  if (route === undefined) {
    streamEvents(query, outgoing, { fleet, events });
    return;
  }
  const input =
    method === 'POST' ? parseJson(await readBody(incoming, limits.bodyBytes)) : parametersOf(query);
  const order = parseInput(route.schema, input);
  const agent = route.startsSsh === true ? readAgent(agentHeader(incoming)) : undefined;
  // Before the order: an ssh that starts has the environment of that moment.
  const isTaken = agent !== undefined && (await takeAgent?.(agent)) === true;
  const result = await route.handle(order);
  const response = isTaken ? { ...(result as object), agent } : result;
  const answered = () => route.answered?.();
  if (outgoing.closed) answered();
  else outgoing.once('close', answered);
  sendJson(outgoing, 200, response, limits.answerMs);
}

function agentHeader({ headers }: IncomingMessage): string | undefined {
  const value = headers[AGENT_HEADER];
  return typeof value === 'string' ? value : undefined;
}

function streamEvents(
  query: URLSearchParams,
  outgoing: ServerResponse,
  { fleet, events }: Pick<AppParts, 'fleet' | 'events'>,
): void {
  const wish = parseInput(eventsQuery, parametersOf(query));
  const accepts = createEventFilter(wish, fleet);
  if (!events.hasRoom()) {
    throw new ApiError('internal', 'too many streams of events are open: end one of them');
  }
  events.stream(outgoing, { accepts, since: wish.since });
}

/** Throws an {@link ApiError} if there is no such route, and says which there are. */
function checkRoute(
  method: string,
  path: string,
  outgoing: ServerResponse,
  keys: readonly string[],
): void {
  if (keys.includes(`${method} ${path}`)) return;
  const methods = keys
    .filter((each) => each.endsWith(` ${path}`))
    .map((each) => each.slice(0, each.indexOf(' ')));
  const asked = `${method} ${JSON.stringify(path.slice(0, 100))}`;
  if (methods.length > 0) {
    outgoing.setHeader('allow', methods.join(', '));
    throw new ApiError('not-found', `unknown request ${asked}: use ${listChoices(methods)}`, {
      status: 405,
    });
  }
  throw new ApiError('not-found', `unknown request ${asked}: known are ${keys.join(', ')}`);
}

/** Throws an {@link ApiError} if the other side speaks another protocol, or does not say which. */
function checkProtocol({ headers }: IncomingMessage, { version }: Hello): void {
  const protocol = readProtocol(oneHeader(headers[PROTOCOL_HEADER]));
  if (protocol === PROTOCOL) return;
  if (protocol === undefined) {
    const sentence = `the request has no number in its header ${PROTOCOL_HEADER}: this is protocol ${PROTOCOL}`;
    throw new ApiError('wrong-protocol', sentence);
  }
  const command = { version: oneHeader(headers[VERSION_HEADER]), protocol };
  throw new ApiError(
    'wrong-protocol',
    wrongProtocolSentence({ version, protocol: PROTOCOL }, command),
  );
}

/** Of a header that is repeated Node makes one text, or a list for a few that are none of ours. */
function oneHeader(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
