// The contract between the page and who serves it.
export type {
  DrawnChart,
  InspectorAction,
  InspectorApi,
  InspectorErrorBody,
  InspectorHello,
  InspectorRow,
  StepsAnswer,
  StreamMessage,
} from './api.ts';

// The server: on 127.0.0.1 only, to nobody without the token.
export {
  serveInspector,
  type InspectorServer,
  type ServeInspectorOptions,
} from './server/serve-inspector.ts';
export type { InspectorLimits } from './server/inspector-limits.ts';
export { readPageFiles, type PageFile, type PageFiles } from './server/page-files.ts';
export type { InspectorRoute, InspectorRoutes, RouteInput } from './server/routes.ts';
export { InspectorError, isInspectorError, type InspectorErrorCode } from './inspector-error.ts';

// What it serves.
export type { InspectorSource, SourceObserver, TimeRange } from './source.ts';
export { fleetSource, type FleetSourceOptions } from './live/fleet-source.ts';
export type { FleetRecording } from './live/watch-fleet.ts';
export { recordingSource, type RecordingSourceOptions } from './recorded/recording-source.ts';

// The messages of Stately's inspector, and the page that hands them over.
export {
  createStatelyFrames,
  type StatelyFrames,
  type StatelyFramesOptions,
} from './stately/stately-frames.ts';
export { frameOf, type FrameRules } from './stately/frame-of.ts';
export type {
  StatelyActorFrame,
  StatelyEventFrame,
  StatelyFrame,
  StatelySnapshotFrame,
} from './stately/frame.ts';
export { redactFrame } from './stately/redact-frame.ts';
export {
  createStatelyRoutes,
  type InspectedActors,
  type StatelyRoutes,
  type StatelyRoutesOptions,
} from './stately/stately-routes.ts';
export { statelyPageUrl, withStatelyPolicy } from './stately/stately-page.ts';
