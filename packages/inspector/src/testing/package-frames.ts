import { createRequire } from 'node:module';
import { createInspector, type StatelyInspectionEvent } from '@statelyai/inspect';
import type { InspectionEvent, Observer } from 'xstate';

/** What the package makes texts with, before they travel. */
const { configure } = createRequire(createRequire(import.meta.url).resolve('@statelyai/inspect'))(
  'safe-stable-stringify',
) as { configure(options: object): (value: unknown) => string };

/** The text that the package makes of a value. */
export function packageText(value: unknown, depthLimit: number): string {
  return configure({ maximumDepth: depthLimit })(value);
}

/** The package's own producer. */
export interface PackageFrames {
  readonly inspect: Observer<InspectionEvent>;
  /** What it sent, in order, as its `createWebSocketInspector` would over the wire. */
  readonly frames: readonly StatelyInspectionEvent[];
}

/** Makes frames with `@statelyai/inspect` itself. */
export function createPackageFrames(depthLimit: number): PackageFrames {
  const frames: StatelyInspectionEvent[] = [];
  const { inspect } = createInspector(
    { send: (frame) => frames.push(JSON.parse(packageText(frame, depthLimit))) },
    { serializationDepthLimit: depthLimit },
  );
  return { inspect, frames };
}
