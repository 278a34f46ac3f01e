import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import type { HttpBindings } from '@hono/node-server';
import { Hono } from 'hono';
import type { Fleet } from '@holdfast/engine';
import type { Hello } from '../api.ts';
import { ApiError, errorBody, toApiError } from './api-error.ts';
import { checkProtocol, checkRoute, type RequestContext } from './check-request.ts';
import { createEventFilter } from './event-filter.ts';
import type { EventHub } from './event-hub.ts';
import type { ControlLimits } from './limits.ts';
import { parseInput, parseJson, parseQuery } from './parse-input.ts';
import { readBody } from './read-body.ts';
import { eventsQuery } from './request-schemas.ts';
import type { Route, Routes } from './routes.ts';

export interface AppParts {
  readonly routes: Routes;
  readonly hello: Hello;
  readonly fleet: Fleet;
  readonly events: EventHub;
  readonly limits: ControlLimits;
}

const EVENTS = 'GET /v1/events';

/** The interface as requests and responses. */
export function createApp({ routes, hello, fleet, events, limits }: AppParts) {
  const app = new Hono<{ Bindings: HttpBindings }>();
  const keys = [...Object.keys(routes), EVENTS];
  const anyProtocol = keys.filter((key) => routes[key as keyof Routes]?.speaksAnyProtocol);
  app.use(async (context, next) => {
    const { method, path } = context.req;
    if (!anyProtocol.includes(`${method} ${path}`)) checkProtocol(context, hello);
    checkRoute(context, keys);
    await next();
  });
  for (const [key, route] of Object.entries(routes)) {
    const [method, path] = key.split(' ') as [string, string];
    app.on(method, path, (context) => answer(context, route as Route<unknown>, limits));
  }
  app.get(EVENTS.slice('GET '.length), (context) => streamEvents(context, fleet, events));
  app.onError((error, context) => refuse(context, toApiError(error), limits));
  return app;
}

async function answer(context: RequestContext, route: Route<unknown>, limits: ControlLimits) {
  const { incoming, outgoing } = context.env;
  const input =
    context.req.method === 'POST'
      ? parseJson(await readBody(incoming, limits.bodyBytes))
      : parseQuery(context.req.url);
  const response = await route.handle(parseInput(route.schema, input));
  const answered = () => route.answered?.();
  if (outgoing.closed) answered();
  else outgoing.once('close', answered);
  giveUpUnread(context, limits);
  return context.json(response as object);
}

function streamEvents(context: RequestContext, fleet: Fleet, events: EventHub) {
  const query = parseInput(eventsQuery, parseQuery(context.req.url));
  const accepts = createEventFilter(query, fleet);
  if (!events.hasRoom()) {
    throw new ApiError('internal', 'too many streams of events are open: end one of them');
  }
  events.stream(context.env.outgoing, { accepts, since: query.since });
  return RESPONSE_ALREADY_SENT;
}

function refuse(context: RequestContext, error: ApiError, limits: ControlLimits) {
  giveUpUnread(context, limits);
  return context.json(errorBody(error), error.status);
}

/** A reader who does not read keeps neither the connection nor the answer. */
function giveUpUnread({ env: { outgoing } }: RequestContext, { answerMs }: ControlLimits): void {
  outgoing.setTimeout(answerMs, () => outgoing.destroy());
}
