// An entry of its own: it finds the page beside itself, which no program in one file could.
export {
  createActorsInspector,
  type ActorsInspector,
  type ActorsInspectorOptions,
} from './create-actors-inspector.ts';
export { actorsSource, type ActorsSource, type ActorsSourceOptions } from './actors-source.ts';
export type { SeenLimits } from './seen-actors.ts';
