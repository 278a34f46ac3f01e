import { isLoopback, type ListenAddress } from '@holdfast/config';
import {
  closeServer,
  createBoundedServer,
  isRequestError,
  readTarget,
  RequestError,
  sendBytes,
  sendJson,
  type ServerLimits,
} from '@holdfast/http';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createFleetMetrics, type FleetMetrics, type MeasuredFleet } from './metrics.ts';
import { readinessOf } from './readiness.ts';

/** What tells whoever watches machines how the tunnels are. */
export interface Monitor {
  close(): Promise<void>;
}

/** Whose tunnels, and where it is told. */
export interface MonitorSettings {
  readonly fleet: MeasuredFleet;
  /** Of the package. */
  readonly version: string;
  readonly address: ListenAddress;
}

const LIMITS: ServerLimits = {
  connections: 16,
  toldConnections: 4,
  headerBytes: 8192,
  requestMs: 10_000,
  answerMs: 10_000,
};

/** Nothing that is left open holds an end back. */
const CLOSE_MS = 1000;

/**
 * Listens for `/livez`, `/readyz` and `/metrics`. Rejects with the system's error if it cannot.
 *
 * @see docs/monitoring.md
 */
export async function openMonitor({ fleet, version, address }: MonitorSettings): Promise<Monitor> {
  const metrics = createFleetMetrics(fleet, version);
  const server = createBoundedServer({
    limits: LIMITS,
    headers: { 'x-content-type-options': 'nosniff' },
    answer: async (incoming, outgoing) => {
      if (isLoopback(address.host)) refuseOtherHosts(incoming);
      await answer({ fleet, metrics }, incoming, outgoing);
    },
    toRefusal: (error) =>
      isRequestError(error)
        ? error
        : new RequestError('internal', 'this could not be answered', 500),
  });
  try {
    server.listen(address.port, address.host);
    await once(server, 'listening');
  } catch (error) {
    metrics.end();
    throw error;
  }
  return {
    async close() {
      metrics.end();
      await closeServer(server, CLOSE_MS);
    },
  };
}

/** A page of the web can make a browser ask here under a name of its own. */
function refuseOtherHosts({ headers }: IncomingMessage): void {
  const name = (headers.host ?? '').replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
  if (name === 'localhost' || isLoopback(name)) return;
  throw new RequestError('forbidden', 'ask for localhost, or for a loopback address', 403);
}

interface Told {
  readonly fleet: MonitorSettings['fleet'];
  readonly metrics: FleetMetrics;
}

async function answer(
  { fleet, metrics }: Told,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const { method, path, query } = readTarget(incoming);
  if (method !== 'GET' && method !== 'HEAD') {
    throw new RequestError('bad-request', 'only GET is answered', 405);
  }
  switch (path) {
    case '/livez':
      return sendJson(outgoing, 200, { isAlive: true }, LIMITS.answerMs);
    case '/readyz': {
      const readiness = readinessOf(fleet.status().tunnels, query);
      return sendJson(outgoing, readiness.isReady ? 200 : 503, readiness, LIMITS.answerMs);
    }
    case '/metrics': {
      const text = Buffer.from(await metrics.text());
      return sendBytes(outgoing, 200, text, metrics.contentType, LIMITS.answerMs);
    }
    default:
      throw new RequestError('not-found', 'there are /livez, /readyz and /metrics', 404);
  }
}
