import { fileURLToPath } from 'node:url';
import type { AnyActorRef, InspectionEvent, Observer } from 'xstate';
import { readFileSync } from 'node:fs';
import { type PageFiles, readPageFiles } from '../server/page-files.ts';
import { serveInspector } from '../server/serve-inspector.ts';
import type { FrameRules } from '../stately/frame-of.ts';
import { statelyPageUrl, withStatelyPolicy } from '../stately/stately-page.ts';
import { createStatelyRoutes } from '../stately/stately-routes.ts';
import { actorsSource } from './actors-source.ts';
import type { SeenLimits } from './seen-actors.ts';

/** How a program's actors are shown. */
export interface ActorsInspectorOptions {
  /** What the page calls the program. Default: `process PID`. */
  readonly title?: string | undefined;
  /** Where it is served, on 127.0.0.1. Default: 0, any port that is free. */
  readonly port?: number | undefined;
  /** What stays in memory. Default: 500 actors, 500 steps of each. */
  readonly limits?: Partial<SeenLimits> | undefined;
  /** What stays of events and states in frames for Stately's inspector, as plain data. Default: `redactFrame`. */
  readonly redact?: FrameRules['redact'] | undefined;
  /** The files of the page. Default: those of this package. */
  readonly files?: PageFiles | undefined;
}

/** Shows the machines of a program in a page. */
export interface ActorsInspector {
  /** For `createActor(machine, { inspect })`, `actor.system.inspect` or `createFleet({ inspect })`. */
  readonly inspect: Observer<InspectionEvent>;
  /** The page's address. It holds a key: keep it out of logs. Rejects with the system's error if the port cannot be had. */
  readonly url: Promise<string>;
  /** The address of the page that shows the same actors in Stately's inspector; see docs/stately.md. */
  readonly statelyUrl: Promise<string>;
  /** Ends the server, which else keeps the process alive until nobody has used the page for half an hour. */
  close(): Promise<void>;
}

/** Beside `src` as well as beside the compiled program. */
const PAGE_FOLDER = new URL('../../dist/page/', import.meta.url);

/**
 * Shows the state charts of any program that uses XState 5, live: on 127.0.0.1 only, without any network.
 *
 * @example
 * const inspector = createActorsInspector();
 * console.log(await inspector.url);
 * createActor(machine, { inspect: inspector.inspect }).start();
 */
export function createActorsInspector(options: ActorsInspectorOptions = {}): ActorsInspector {
  const { title = `process ${process.pid}`, port, limits, redact, files } = options;
  const source = actorsSource({ title, version: packageVersion(), limits });
  const others = new Set<Observer<InspectionEvent>>();
  const roots = new Set<AnyActorRef>();
  const stately = createStatelyRoutes(
    { actors: () => roots, inspect: (observer) => subscribeTo(others, observer) },
    { redact },
  );
  const server = serveInspector(source, {
    files: withStatelyPolicy(files ?? readPageFiles(fileURLToPath(PAGE_FOLDER))),
    port,
    routes: stately.routes,
    isBusy: () => stately.readers() > 0,
  });
  const url = server.then((running) => running.url);
  const statelyUrl = url.then(statelyPageUrl);
  // Whoever asks for an address hears of it; the program itself goes on without its inspector.
  for (const address of [url, statelyUrl]) address.catch(() => undefined);
  return {
    url,
    statelyUrl,
    inspect: {
      next(event) {
        attempt(() => keepRoot(roots, event));
        attempt(() => source.take(event));
        for (const observer of others) attempt(() => observer.next?.(event));
      },
    },
    close: () => server.then((running) => running.close()).catch(() => undefined),
  };
}

/** A bug here must not bring down the program that is looked at. */
function attempt(work: () => void): void {
  try {
    work();
  } catch {
    // Then one step is missing.
  }
}

function subscribeTo<T>(all: Set<T>, one: T): { unsubscribe(): void } {
  all.add(one);
  return { unsubscribe: () => void all.delete(one) };
}

/** Roots that live; those that have ended are let go. */
function keepRoot(roots: Set<AnyActorRef>, event: InspectionEvent): void {
  const actor = event.actorRef as AnyActorRef;
  if (actor._parent !== undefined) return;
  if (event.type === '@xstate.snapshot' && event.snapshot.status !== 'active') roots.delete(actor);
  else roots.add(actor);
}

/** Beside `src` as well as beside the compiled program. */
const ABOUT = new URL('../../package.json', import.meta.url);

/** The version of this package. */
function packageVersion(): string {
  return (JSON.parse(readFileSync(ABOUT, 'utf8')) as { readonly version: string }).version;
}
