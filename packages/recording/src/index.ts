// Writing: what the supervisor does all the time.
export { createRecorder, type Recorder, type RecorderOptions } from './write/recorder.ts';
export type { RecordingLimits } from './write/line-buffer.ts';
export type { RecordingClock } from './write/recording-clock.ts';

// Reading and playing: no part of Node is needed.
export * from './play/index.ts';

// Redaction.
export { localRedactor, reportRedactor, type Redactor } from './redact/redactor.ts';

// Files of an always-on recording, and other files.
export { readSteps, type FoundSteps, type StepsQuery } from './files/read-steps.ts';
export { recentRoundTrips } from './files/recent-round-trips.ts';
export { makeReport, type Report, type ReportWish } from './files/make-report.ts';
export { followRecording, type FollowWish } from './files/follow-recording.ts';
export { linesOfStream } from './files/read-lines.ts';
export { mergeRoutine, unmerged, type MergedStep } from './files/merge-routine.ts';
