// The event log, for whoever reads it from another process: nothing here loads the engine.
export { lastEvents, readEvents, type EventSelection } from './read-events.ts';
export { followEvents, type FollowOptions } from './read-events-follow.ts';
