import { guardDebugger } from '../debugger-guard.ts';
import type { Bodies } from './body.ts';
import type { SupervisorCommand } from './groups.ts';
import { runProcess } from './run-holdfast.ts';
import { runRun } from './supervisor/run-run.ts';
import { runSupervise } from './supervisor/run-supervise.ts';

/** The commands that run tunnels in this process. */
export const SUPERVISOR_BODIES: Bodies<SupervisorCommand> = {
  run: runRun,
  supervise: runSupervise,
};

export function main(words: readonly string[], script: string): void {
  // Without a listener Node would open its debugger; what the signal means is said later.
  process.on('SIGUSR1', () => undefined);
  guardDebugger();
  void runProcess(SUPERVISOR_BODIES, words, script);
}
