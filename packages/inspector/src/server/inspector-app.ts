import type { IncomingMessage, ServerResponse } from 'node:http';
import { parseJson, readBody, readTarget, sendJson, type Target } from '@holdfast/http';
import { checkOrigin, type Doorkeeper } from './admission.ts';
import { findRoute, notThere } from './find-route.ts';
import type { InspectorLimits } from './inspector-limits.ts';
import { type PageFiles, sendFile } from './page-files.ts';
import { refuseOthers } from './query.ts';
import type { InspectorRoutes } from './routes.ts';
import { InspectorError } from '../inspector-error.ts';

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

/**
 * Reads the body of an order, which has nothing to say: `{}`, or nothing at all.
 *
 * Rejects unless it has the one type that no form of a foreign page can send, and as soon as there are more bytes than allowed.
 */
async function readOrder(incoming: IncomingMessage, bodyBytes: number): Promise<void> {
  const [type = ''] = (incoming.headers['content-type'] ?? '').split(';');
  if (type.trim().toLowerCase() !== 'application/json') {
    throw new InspectorError('bad-request', 'an order needs content-type: application/json', 415);
  }
  const body = parseJson((await readBody(incoming, bodyBytes)).trim());
  const isObject = typeof body === 'object' && body !== null && !Array.isArray(body);
  if (isObject && Object.keys(body).length === 0) return;
  throw new InspectorError('bad-request', 'the body of an order must be {}');
}
