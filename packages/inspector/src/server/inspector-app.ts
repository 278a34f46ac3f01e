import type { IncomingMessage, ServerResponse } from 'node:http';
import { readTarget, sendJson, type Target } from '@holdfast/http';
import { checkOrigin } from './admission.ts';
import { findRoute, notThere } from './find-route.ts';
import type { InspectorLimits } from './limits.ts';
import { sendFile, type PageFiles } from './page-files.ts';
import { refuseOthers } from './query.ts';
import { readOrder } from './read-order.ts';
import type { InspectorRoutes } from './routes.ts';
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

/** Answers one request: who asks, then for what, then the answer. Rejects with the refusal if there is one. */
export async function answerRequest(
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
  sendFile(incoming, outgoing, file, limits.answerMs);
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
    await readOrder(incoming, limits.bodyBytes);
  }
  const { query } = target;
  refuseOthers(query, route.parameters);
  if (route.stream === undefined) {
    sendJson(outgoing, 200, await route.answer?.({ words, query }), limits.answerMs);
  } else {
    route.stream({ words, query }, outgoing);
  }
}
