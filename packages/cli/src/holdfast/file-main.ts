import type { Bodies } from './body.ts';
import { runCheck } from './file/run-check.ts';
import { runCompleteNames } from './file/run-complete-names.ts';
import { runConfig } from './file/run-config.ts';
import { runImport } from './file/run-import.ts';
import { runInspect } from './file/run-inspect.ts';
import { runLogs } from './file/run-logs.ts';
import { runUp } from './file/run-up.ts';
import type { FileCommand } from './groups.ts';
import { runProcess } from './run-holdfast.ts';

/** The commands that need more than a connection to the supervisor: files of tunnels and events, a browser. */
export const FILE_BODIES: Bodies<FileCommand> = {
  up: runUp,
  check: runCheck,
  config: runConfig,
  import: runImport,
  logs: runLogs,
  inspect: runInspect,
  'complete-names': runCompleteNames,
};

export function main(words: readonly string[], script: string): void {
  void runProcess(FILE_BODIES, words, script);
}
