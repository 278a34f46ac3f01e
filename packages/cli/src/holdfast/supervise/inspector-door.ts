import type { Inspected, InspectOrder, OpenInspector } from '@holdfast/control';
import type { Fleet } from '@holdfast/engine';
import { systemErrorText } from '@holdfast/engine/parts';
import { dirname } from 'node:path';
import { loadBundle } from '../bundles/bundle-of.ts';
import type { InspectedFleet, OpenedInspector } from '../inspector/open-fleet-inspector.ts';

/** The inspector of a supervisor: nothing of it is loaded before somebody asks for it. */
export interface InspectorDoor {
  readonly open: OpenInspector;
  /** Ends its server, if there is one. */
  close(): Promise<void>;
}

/** The bundle with the inspector, as far as it is used here. */
interface InspectorProgram {
  openFleetInspector(fleet: InspectedFleet, port?: number): Promise<OpenedInspector>;
}

/** What the inspector of a supervisor needs to know. */
export interface InspectorDoorSettings {
  readonly fleet: Fleet;
  /** Of the package. */
  readonly version: string;
  /** The file of this program. */
  readonly script: string;
  readonly recording?: InspectedFleet['recording'];
}

/** Makes the door; it is shut. */
export function createInspectorDoor({ script, ...shown }: InspectorDoorSettings): InspectorDoor {
  const folder = dirname(script);
  let server: OpenedInspector | undefined;
  let opening: Promise<Inspected | { readonly problem: string }> | undefined;

  const openServer = async (port: number | undefined) => {
    try {
      const program = loadBundle<InspectorProgram>('inspector', folder);
      const opened = await program.openFleetInspector({ ...shown, folder }, port);
      server = opened;
      // It closes by itself when nobody has used it for long.
      void opened.closed.then(() => {
        if (server === opened) server = undefined;
      });
      return { url: opened.url };
    } catch (error) {
      return { problem: problemOf(error, port) };
    }
  };
  /** Who asks meanwhile gets the same answer, and who asks later does not: a problem may be gone. */
  const openOnce = (port: number | undefined) => {
    opening ??= openServer(port).finally(() => (opening = undefined));
    return opening;
  };
  const close = async () => {
    await opening;
    const open = server;
    server = undefined;
    await open?.close();
  };
  return {
    async open({ port, close: isToClose = false }: InspectOrder) {
      if (isToClose) {
        await close();
        return { url: null };
      }
      if (server === undefined) return await openOnce(port);
      if (port === undefined || port === server.port) return { url: server.url };
      return { problem: otherPort(server.port) };
    },
    close,
  };
}

function otherPort(port: number): string {
  return `the inspector is already open on port ${port}: close it first with "holdfast inspect --close"`;
}

function problemOf(error: unknown, port: number | undefined): string {
  const said = systemErrorText(error);
  if (port === undefined) return `the inspector cannot be opened: ${said}`;
  return `the inspector cannot be opened on port ${port}: ${said}; without --port it takes any free port`;
}
