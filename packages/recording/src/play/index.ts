// Reading and playing, for whoever has the lines already: no part of Node is needed, so that a browser can do it.
export type { Step, StepFacts } from '../step.ts';
export { FORMAT_VERSION, type HeadLine, type Line } from '../format/line.ts';
export {
  isRecordingError,
  RecordingError,
  type Difference,
  type RecordingErrorCode,
} from '../read/recording-error.ts';
export {
  createLineReader,
  readRecording,
  type LineReader,
  type NumberedLine,
} from '../read/read-recording.ts';
export { createPlayer, type PlayedStep, type Player } from './player.ts';
export { playLines, type PlayOptions } from './player.ts';
export { watchSteps, type StepWatch } from './watch-steps.ts';
