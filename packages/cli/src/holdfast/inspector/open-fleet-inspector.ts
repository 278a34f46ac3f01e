import {
  createStatelyRoutes,
  fleetSource,
  readPageFiles,
  serveInspector,
  type FleetSourceOptions,
  type InspectorServer,
  withStatelyPolicy,
} from '@holdfast/inspector';
import { hostname } from 'node:os';
import { join } from 'node:path';

/** What is shown of a supervisor, and where the inspector's page is. */
export interface InspectedFleet extends Pick<
  FleetSourceOptions,
  'fleet' | 'version' | 'recording'
> {
  /** Where the programs are; the page is in `page` there. */
  readonly folder: string;
}

/** The server of a page. */
export type OpenedInspector = Pick<InspectorServer, 'url' | 'port' | 'close' | 'closed'>;

/**
 * Serves the tunnels of a supervisor, from the supervisor's own process.
 *
 * Rejects with the system's error if there is no page, or the port cannot be had.
 */
export async function openFleetInspector(
  { folder, ...shown }: InspectedFleet,
  port?: number,
): Promise<OpenedInspector> {
  const { fleet } = shown;
  const stately = createStatelyRoutes({
    actors: () => fleet.actors().values(),
    inspect: (observer) => fleet.inspect(observer),
  });
  const title = `supervisor ${process.pid} on ${hostname()}`;
  return await serveInspector(fleetSource({ ...shown, title }), {
    files: withStatelyPolicy(readPageFiles(join(folder, 'page'))),
    port,
    routes: stately.routes,
    isBusy: () => stately.readers() > 0,
  });
}
