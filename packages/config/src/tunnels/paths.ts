import { posix } from 'node:path';
import { SettingError } from '../setting-error.ts';

/** Where the files of `holdfast` live. */
export interface HoldfastPaths {
  /** The file of tunnels. */
  readonly config: string;
  /** The directory of sockets: it must be 0700. */
  readonly runtime: string;
  /** The directory of the event log and of the record of children. */
  readonly state: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Where the files live, from XDG_CONFIG_HOME, XDG_RUNTIME_DIR, XDG_STATE_HOME and HOME.
 *
 * A variable that is empty, or no absolute path, counts as unset. Without XDG_RUNTIME_DIR the sockets live in the directory of
 * state, which belongs to the user alone, as a directory in /tmp might not. Throws a {@link SettingError} if HOME is needed and
 * says nothing.
 *
 * @see https://specifications.freedesktop.org/basedir-spec/0.8/
 */
export function getHoldfastPaths(env: Environment): HoldfastPaths {
  const config = absolute(env, 'XDG_CONFIG_HOME') ?? inHome(env, 'XDG_CONFIG_HOME', '.config');
  const stateHome =
    absolute(env, 'XDG_STATE_HOME') ?? inHome(env, 'XDG_STATE_HOME', '.local/state');
  const state = posix.join(stateHome, 'holdfast');
  const runtime = absolute(env, 'XDG_RUNTIME_DIR');
  return {
    config: posix.join(config, 'holdfast', 'tunnels.toml'),
    runtime: posix.join(runtime ?? state, runtime === undefined ? 'run' : 'holdfast'),
    state,
  };
}

function absolute(env: Environment, name: string): string | undefined {
  const path = env[name] ?? '';
  return posix.isAbsolute(path) ? path : undefined;
}

function inHome(env: Environment, name: string, directory: string): string {
  const home = absolute(env, 'HOME');
  if (home !== undefined) return posix.join(home, directory);
  throw new SettingError(name, `neither ${name} nor HOME names an absolute path: set one of them`);
}
