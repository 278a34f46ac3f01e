import type { FileSettings } from '@holdfast/config';
import type { Server } from 'node:http';
import type { Fleet, FleetChanges } from '@holdfast/engine';
import { closeServer, createBoundedServer } from '@holdfast/http';
import { PROTOCOL, type Hello } from '../api.ts';
import { PROTOCOL_HEADER, VERSION_HEADER } from '../protocol.ts';
import { toApiError } from './api-error.ts';
import { answerRequest, type TakeAgent } from './app.ts';
import { createEnding } from './ending.ts';
import { createEventHub, type EventHub } from './event-hub.ts';
import { DEFAULT_LIMITS, type ControlLimits } from './control-limits.ts';
import { listenOn, type ListenedPlace } from './listen-on.ts';
import { createRunningConfig, type LoadConfig, type OnReload } from './running-config.ts';
import { createRoutes, type OpenInspector } from './routes.ts';

/** What the interface of a supervisor stands for. */
export interface ControlServerOptions {
  readonly fleet: Fleet;
  /** Who answers; `config` is the file that runs now, and changes when another one is loaded. */
  readonly hello: Hello;
  readonly loadConfig: LoadConfig;
  /** Ends every tunnel; resolves when every ssh is gone. */
  readonly end: () => Promise<void>;
  /** Opens the inspector's page. Default: there is none. */
  readonly openInspector?: OpenInspector | undefined;
  /** Takes over the ssh-agent of a caller. Default: nobody's. */
  readonly takeAgent?: TakeAgent | undefined;
  /** Hears of each time that the tunnels file is read again, by whatever order: until when, and how it went. */
  readonly onReload?: OnReload | undefined;
  /** Hears what the file says besides its tunnels, each time that it was read again. */
  readonly onSettings?: ((settings: FileSettings) => void) | undefined;
  readonly limits?: Partial<ControlLimits>;
}

/** The interface of a supervisor. */
export interface ControlServer {
  /**
   * Listens on a Unix socket of permissions 0600; its folder is made with 0700 if it is missing. Take the lock first. Once more, when
   * that socket was removed or is to be elsewhere: connections that are open stay.
   *
   * Rejects with a SocketError, or with the system's error.
   */
  listen(socketPath: string): Promise<void>;
  /** Where it can be reached; `undefined` when its socket is not there, or is not its own any more. */
  place(): string | undefined;
  /** Reads the tunnels file again, as `POST /v1/reload` does, in turn with it. Rejects if it cannot be read, or has errors. */
  reload(): Promise<FleetChanges>;
  /** Ends every stream of events and, after a moment for running requests, every connection; removes the socket. */
  close(): Promise<void>;
  /** Resolves when `POST /v1/end` was carried out and answered: time to close and to go. */
  readonly ended: Promise<void>;
}

/** So many connections more than the limit are told that there are too many. */
const TOLD_CONNECTIONS = 16;

/** Makes the interface of a supervisor; it keeps the latest events of the fleet from now on. */
export function createControlServer({
  fleet,
  hello,
  loadConfig,
  end,
  openInspector,
  takeAgent,
  onReload,
  onSettings,
  limits: changedLimits,
}: ControlServerOptions): ControlServer {
  const limits = { ...DEFAULT_LIMITS, ...changedLimits };
  const events = createEventHub(fleet.event$, limits);
  const ending = createEnding(end);
  const config = createRunningConfig(hello.config, { fleet, loadConfig, onReload, onSettings });
  const routes = createRoutes({ fleet, hello, config, ending, openInspector });
  const parts = { routes, hello, fleet, events, limits, takeAgent };
  const server = createBoundedServer({
    limits: { ...limits, toldConnections: TOLD_CONNECTIONS },
    headers: { [PROTOCOL_HEADER]: String(PROTOCOL), [VERSION_HEADER]: hello.version },
    answer: (incoming, outgoing) => answerRequest(incoming, outgoing, parts),
    toRefusal: toApiError,
  });
  let listened: ListenedPlace | undefined;
  return {
    async listen(socketPath) {
      listened = await listenOn(server, socketPath);
    },
    place: () => (server.listening && listened?.isThere() === true ? listened.path : undefined),
    reload: () => config.reload(),
    close: () => closeAll(server, events, limits, listened),
    ended: ending.told,
  };
}

async function closeAll(
  server: Server,
  events: EventHub,
  { closeMs }: ControlLimits,
  listened: ListenedPlace | undefined,
): Promise<void> {
  events.close();
  if (server.listening && listened?.isThere() === false) {
    // To close it, libuv would remove the path, whoever listens there by now.
    server.unref().closeAllConnections();
    return;
  }
  await closeServer(server, closeMs);
}
