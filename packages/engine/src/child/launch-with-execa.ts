import { execa } from 'execa';
import { from } from 'rxjs';
import { childStdio, isDetached, launchedChild, refusedChild, type Launch } from './launch.ts';
import { launchedProgram } from './launched-program.ts';

/**
 * Launches with execa: the default.
 *
 * What execa could do for the child at the supervisor's end is off: the child table does it for every launcher
 * alike. Nothing is buffered, and a failure is a result.
 */
export const launchWithExeca: Launch = (command) => {
  const { file, args } = launchedProgram(command);
  const child = execa(file, args, {
    stdio: childStdio(command),
    ...(command.env === undefined ? {} : { env: command.env, extendEnv: false }),
    detached: isDetached(command),
    buffer: false,
    cleanup: false,
    reject: false,
    stripFinalNewline: false,
  });
  if (child.pid !== undefined) return launchedChild(child, command);
  return refusedChild(from(child.then((result) => result.cause ?? result)));
};
