import { statSync } from 'node:fs';
import { posix } from 'node:path';
import { SettingError } from './setting-error.ts';

/** Where the files of `holdfast` live. */
export interface HoldfastPaths {
  /** The tunnels file. */
  readonly config: string;
  /** The directory of sockets: it must be 0700. */
  readonly runtime: string;
  /** What takes its place as long as it cannot be made. */
  readonly spareRuntime: string;
  /** Where the sockets are for a login of this user, if the environment is none of a login. */
  readonly loginRuntime: string | undefined;
  /** The directory of the event log and of the record of children. */
  readonly state: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Who asks, on which system. */
interface Asking {
  readonly uid: number | undefined;
  readonly platform: NodeJS.Platform;
  /** The owner of a path, as far as it is known. Default: what the system says. */
  readonly ownerOf?: (path: string) => number | undefined;
}

/**
 * Where the files live, from XDG_CONFIG_HOME, XDG_RUNTIME_DIR, XDG_STATE_HOME and HOME.
 *
 * A variable that is empty, or no absolute path, counts as unset, and so does the XDG_RUNTIME_DIR of another user, which `su` and `sudo -E`
 * keep: what root makes there is in that user's way, and a user can make nothing. Without XDG_RUNTIME_DIR the sockets live in the directory of
 * state, which belongs to the user alone, as a directory in /tmp might not. A directory in whose path ssh cannot make its sockets is
 * replaced by a short one in /tmp, which nobody but this user can make useful. Throws a {@link SettingError} if HOME is needed and
 * says nothing.
 *
 * @see https://specifications.freedesktop.org/basedir-spec/0.8/
 */
export function getHoldfastPaths(
  env: Environment,
  asking: Asking = { uid: process.getuid?.(), platform: process.platform },
): HoldfastPaths {
  const config = absolute(env, 'XDG_CONFIG_HOME') ?? inHome(env, 'XDG_CONFIG_HOME', '.config');
  const stateHome =
    absolute(env, 'XDG_STATE_HOME') ?? inHome(env, 'XDG_STATE_HOME', '.local/state');
  const state = posix.join(stateHome, 'holdfast');
  const runtime = ownRuntime(env, asking);
  const spareRuntime = fitForSockets(posix.join(state, 'run'), asking);
  return {
    config: posix.join(config, 'holdfast', 'tunnels.toml'),
    runtime:
      runtime === undefined ? spareRuntime : fitForSockets(posix.join(runtime, 'holdfast'), asking),
    spareRuntime,
    loginRuntime: runtime === undefined ? loginRuntime(asking) : undefined,
    state,
  };
}

/** @see the XDG Base Directory Specification: "The directory MUST be owned by the user". */
function ownRuntime(env: Environment, { uid, ownerOf = ownerOnDisk }: Asking): string | undefined {
  const path = absolute(env, 'XDG_RUNTIME_DIR');
  const owner = path === undefined || uid === undefined ? undefined : ownerOf(path);
  return owner === undefined || owner === uid ? path : undefined;
}

function ownerOnDisk(path: string): number | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false })?.uid;
  } catch {
    return undefined;
  }
}

/** @see pam_systemd(8), "$XDG_RUNTIME_DIR" */
function loginRuntime({ uid, platform }: Asking): string | undefined {
  return platform === 'linux' && uid !== undefined ? `/run/user/${uid}/holdfast` : undefined;
}

/**
 * What ssh needs behind the directory of sockets: `/ssh/`, 12 letters for a tunnel, and the 17 bytes that it adds itself while it makes the
 * socket.
 */
const SOCKET_BYTES = 5 + 12 + 17;

/** The directory itself or, if no socket of ssh fits into it, a short one. The text `${` has no way through ssh's variables. */
function fitForSockets(path: string, { uid, platform }: Asking): string {
  const most = (platform === 'linux' ? 107 : 103) - SOCKET_BYTES;
  const fits = Buffer.byteLength(path) <= most && !path.includes('${');
  return fits ? path : `/tmp/holdfast-${uid ?? 'user'}-${hashText(path)}`;
}

/** FNV-1a, twice from different beginnings: two paths of one user shall not meet by chance. */
function hashText(text: string): string {
  return [0x811c9dc5, 0x01000193].map((seed) => fnv1a(text, seed)).join('');
}

function fnv1a(text: string, seed: number): string {
  let hash = seed;
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}

function absolute(env: Environment, name: string): string | undefined {
  const path = env[name] ?? '';
  return posix.isAbsolute(path) ? path : undefined;
}

function inHome(env: Environment, name: string, directory: string): string {
  const home = absolute(env, 'HOME');
  if (home !== undefined) return posix.join(home, directory);
  throw new SettingError(
    'missing',
    name,
    `neither ${name} nor HOME names an absolute path: set one of them`,
  );
}
