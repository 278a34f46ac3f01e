import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { errorBody, toInspectorError } from '../inspector-error.ts';
import { checkOrder, checkOrigin } from './admission.ts';
import { findRoute, notThere } from './find-route.ts';
import type { InspectorLimits } from './limits.ts';
import type { PageFiles } from './page-files.ts';
import { readOrder } from './read-order.ts';
import type { InspectorRoutes } from './routes.ts';
import { sendFile, sendJson } from './send-answer.ts';
import { readTarget, refuseOthers, type Target } from './target.ts';
import type { Doorkeeper } from './token.ts';

export interface InspectorAppParts {
  readonly files: PageFiles;
  readonly routes: InspectorRoutes;
  readonly doorkeeper: Doorkeeper;
  readonly limits: InspectorLimits;
  /** Where the server listens. */
  readonly port: () => number;
  /** Called for each request that was let in. */
  readonly used: () => void;
}

/** The inspector as requests and responses: who asks, then for what, then the answer. */
export function createInspectorApp(parts: InspectorAppParts): RequestListener {
  return (incoming, outgoing) => {
    outgoing.on('error', () => undefined);
    answer(incoming, outgoing, parts).catch((error: unknown) => {
      const refusal = toInspectorError(error);
      if (outgoing.headersSent) outgoing.destroy();
      else sendJson(outgoing, refusal.status, errorBody(refusal), parts.limits);
    });
  };
}

async function answer(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  parts: InspectorAppParts,
): Promise<void> {
  const target = readTarget(incoming);
  checkOrigin(incoming, target, parts.port());
  if (target.path.startsWith('/api/')) await answerApi(incoming, outgoing, target, parts);
  else answerFile(incoming, outgoing, target, parts);
}

function answerFile(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { method, path }: Target,
  { files, limits }: InspectorAppParts,
): void {
  const file = files.get(path);
  if (file === undefined) throw notThere([], outgoing);
  if (method !== 'GET') throw notThere(['GET'], outgoing);
  sendFile(incoming, outgoing, file, limits);
}

async function answerApi(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  target: Target,
  { routes, doorkeeper, limits, used }: InspectorAppParts,
): Promise<void> {
  await doorkeeper.admit(incoming);
  used();
  const { route, words } = findRoute(routes, target, outgoing);
  if (target.method === 'POST') {
    checkOrder(incoming);
    await readOrder(incoming, limits.bodyBytes);
  }
  const { query } = target;
  refuseOthers(query, route.parameters);
  if (route.stream === undefined) {
    sendJson(outgoing, 200, await route.answer?.({ words, query }), limits);
  } else {
    route.stream({ words, query }, outgoing);
  }
}
