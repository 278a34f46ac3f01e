// The event log, for whoever reads it from another process: nothing here loads the engine.
export { lastEvents, readEvents, type EventSelection } from './read-events.ts';
export { followEvents, type FollowOptions } from './read-events-follow.ts';

// The files beneath it, which a recording is written to and read from as well. For the packages of Holdfast.
export { createRotatingLines, type RotatingLines } from './rotating-lines.ts';
export { closeAll, openRotatedFiles } from './open-rotated-files.ts';
export { fileId, openLines, type LineSource } from './line-source.ts';
