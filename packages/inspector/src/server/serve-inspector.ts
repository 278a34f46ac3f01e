import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { systemClock } from '@holdfast/engine/parts';
import { closeServer, createBoundedServer } from '@holdfast/http';
import type { Clock } from '@holdfast/machines';
import { toRefusal } from '../inspector-error.ts';
import type { InspectorSource } from '../source.ts';
import { ANSWER_HEADERS } from './answer-headers.ts';
import { answerRequest } from './inspector-app.ts';
import { DEFAULT_LIMITS, type InspectorLimits } from './inspector-limits.ts';
import type { PageFiles } from './page-files.ts';
import { createRoutes, type InspectorRoutes } from './routes.ts';
import { createStreamHub } from './stream-hub.ts';
import { createDoorkeeper } from './admission.ts';

/** The one address that is listened on: no other machine reaches it. */
const LOOPBACK = '127.0.0.1';

/** How the inspector is served. */
export interface ServeInspectorOptions {
  /** The files of the page. */
  readonly files: PageFiles;
  /** Default: 0, any that is free. */
  readonly port?: number | undefined;
  /** More routes under `/api/`, for other pages. Default: none. */
  readonly routes?: InspectorRoutes | undefined;
  /** Whether somebody uses one of those routes all the time. Default: nobody does. */
  readonly isBusy?: (() => boolean) | undefined;
  /** Default: see {@link InspectorLimits}. */
  readonly limits?: Partial<InspectorLimits> | undefined;
  /** Where delays come from. Default: the system's timers. */
  readonly clock?: Clock | undefined;
}

/** A running server of the inspector. */
export interface InspectorServer {
  /** The page's address, with the token in its fragment. It is a key: keep it out of logs and command lines. */
  readonly url: string;
  readonly port: number;
  /** Ends every stream and, after a moment for running requests, every connection. */
  close(reason?: string): Promise<void>;
  /** Resolves when it is closed, also by itself because nobody used it. */
  readonly closed: Promise<void>;
}

/**
 * Serves a source to browsers of this machine: on 127.0.0.1 only, to nobody without the token.
 *
 * Rejects with the system's error if the port cannot be had.
 */
export async function serveInspector(
  source: InspectorSource,
  options: ServeInspectorOptions,
): Promise<InspectorServer> {
  const { files, port = 0, routes = {}, clock = systemClock } = options;
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const doorkeeper = createDoorkeeper(limits);
  const hub = createStreamHub({ source, limits, clock });
  const idle = createIdleWatch({
    clock,
    idleMs: limits.idleMs,
    isBusy: () => hub.readers() > 0 || options.isBusy?.() === true,
    ended: () => void close('the page was not used for a long time'),
  });
  const parts = {
    files,
    routes: { ...createRoutes({ source, hub, limits }), ...routes },
    doorkeeper,
    limits,
    port: () => bound,
    used: idle.used,
  };
  const server = createBoundedServer({
    limits: { ...limits, toldConnections: 0 },
    headers: ANSWER_HEADERS,
    answer: (incoming, outgoing) => answerRequest(incoming, outgoing, parts),
    toRefusal,
  });
  const closed = new Promise<void>((resolve) => void server.once('close', resolve));
  const close = async (reason = 'the inspector was closed') => {
    idle.end();
    hub.close(reason);
    await closeServer(server, limits.closeMs);
    await closed;
  };
  server.listen(port, LOOPBACK);
  await once(server, 'listening');
  // A connection that could not be taken is no reason for the whole process to end.
  server.on('error', () => undefined);
  const bound = (server.address() as AddressInfo).port;
  idle.used();
  return {
    url: `http://${LOOPBACK}:${bound}/#token=${doorkeeper.token}`,
    port: bound,
    close,
    closed,
  };
}

/** Notices that nobody needs something any more. */
interface IdleWatch {
  /** Somebody needs it: the time begins anew. */
  used(): void;
  end(): void;
}

interface IdleWatchSettings {
  readonly clock: Clock;
  readonly idleMs: number;
  /** Whether somebody uses it all the time. */
  readonly isBusy: () => boolean;
  readonly ended: () => void;
}

/** Calls `ended` once, when the thing was neither used nor busy for that long. */
function createIdleWatch({ clock, idleMs, isBusy, ended }: IdleWatchSettings): IdleWatch {
  let timer: unknown;
  let isOver = false;
  const used = () => {
    if (isOver) return;
    clock.clearTimeout(timer);
    timer = clock.setTimeout(() => (isBusy() ? used() : ended()), idleMs);
  };
  return {
    used,
    end() {
      isOver = true;
      clock.clearTimeout(timer);
    },
  };
}
