import type { AutosshEnvironment } from '@holdfast/config';
import type { AutosshRun } from './arguments.ts';
import { resolveSshPaths } from './resolve-paths.ts';

/** What is to be done, as it is seen from `/`. */
export interface SeenFromRoot {
  readonly env: AutosshEnvironment;
  readonly run: AutosshRun;
  /** Sentences about what means something else there. */
  readonly warnings: readonly string[];
}

/**
 * With -f the folder changes to `/` before ssh is started: under `classic` the caller's relative paths go on meaning what they meant to the
 * caller. The originals leave them as they are.
 *
 * @see docs/rules.md, RUN-3 and PID-2.
 */
export function seenFromRoot(env: AutosshEnvironment, run: AutosshRun): SeenFromRoot {
  const folder = presentFolder();
  if (!run.background || env.rules !== 'classic' || folder === undefined) {
    return { env, run, warnings: [] };
  }
  const { words, unresolved } = resolveSshPaths(run.sshArguments, folder);
  const { sshPath = '', pidFile } = env;
  const isRelative = sshPath.includes('/') && !sshPath.startsWith('/');
  const strangers = [
    ...unresolved,
    ...(pidFile === undefined || pidFile.startsWith('/') ? [] : [pidFile]),
  ];
  return {
    env: isRelative ? { ...env, sshPath: `${folder}/${sshPath}` } : env,
    run: { ...run, sshArguments: words },
    warnings: strangers.map((path) => `with -f "${path}" is seen from /: write the whole path`),
  };
}

/** None if it was removed. */
function presentFolder(): string | undefined {
  try {
    return process.cwd();
  } catch {
    return undefined;
  }
}
