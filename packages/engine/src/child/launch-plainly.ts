import { spawn } from 'node:child_process';
import { of } from 'rxjs';
import { childStdio, isDetached, launchedChild, refusedChild, type Launch } from './launch.ts';
import { launchedProgram } from './launched-program.ts';

/**
 * Launches with Node's own `child_process`: for programs whose start-up time and memory count.
 *
 * Loading execa costs a supervisor of one tunnel about 10 ms and 7 MB (docs/benchmarks.md).
 */
export const launchPlainly: Launch = (command) => {
  const { file, args } = launchedProgram(command);
  try {
    const child = spawn(file, args, {
      stdio: [...childStdio(command)],
      env: command.env ?? process.env,
      detached: isDetached(command),
    });
    return launchedChild(child, command);
  } catch (error) {
    // Some refusals (such as E2BIG) are thrown, others arrive as an event.
    return refusedChild(of(error));
  }
};
