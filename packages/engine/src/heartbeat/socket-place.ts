import { chmodSync, linkSync, mkdtempSync, readlinkSync, rmSync, statSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { systemErrorText } from '../system-error.ts';
import { controlPathProblem } from './mux.ts';

/** Where the ssh of one process listen, each at a path of its own. */
export interface SocketPlace {
  /** A path at which the next ssh can listen, or why there is none. The paths before it are given up. */
  next(): Promise<FreePath>;
  /** Removes all of it. */
  close(): void;
}

/** A path that was tried just now, or what kept a socket from being made. */
export type FreePath = { readonly path: string } | { readonly problem: string };

/**
 * ssh makes its socket under a longer name first, and then gives it its own by link(2).
 *
 * @see https://github.com/openssh/openssh-portable/blob/V_9_2_P1/mux.c `muxserver_listen()`
 */
const WHILE_IT_IS_MADE = '.0123456789abcdef';

/** Somebody who takes the folder away from each ssh would cost every one of them: then there is one without a socket. */
const LOSSES_IN_A_ROW = 2;

const OTHERS_MAY_WRITE = 0o022;
const STICKY = 0o1000;
const PRIVATE = 0o700;

/**
 * Makes a place for control sockets: a folder that only this user can enter, in the first of some folders in which a socket can be made.
 *
 * An ssh that cannot make its socket ends with status 255, after it has logged in: so each path is tried before it is handed out, by all
 * that ssh is going to do there. The folder goes with the process; what a killed one left behind goes with the next.
 *
 * @param name - what the folder's name begins with.
 * @param bases - where to look. Default: the user's folder for such things, then those for temporary files.
 */
export function createSocketPlace(
  name: string,
  bases: readonly string[] = usualBases(),
): SocketPlace {
  let folder: string | undefined;
  let made = 0;
  let losses = 0;
  const close = () => {
    if (folder !== undefined) removeQuietly(folder);
    folder = undefined;
  };
  process.once('exit', close);

  const pathIn = (where: string) => join(where, String(made));
  const make = async (base: string): Promise<FreePath> => {
    try {
      const fault = faultOf(base);
      if (fault !== undefined) return { problem: `${base} ${fault}` };
      folder = mkdtempSync(join(base, `${name}-${OWNER}-`));
      chmodSync(folder, PRIVATE);
      await tryToListen(pathIn(folder));
      void sweep(base, name);
      return { path: pathIn(folder) };
    } catch (error) {
      close();
      return { problem: `${base}: ${systemErrorText(error)}` };
    }
  };

  return {
    async next() {
      if (folder !== undefined) removeQuietly(pathIn(folder));
      made += 1;
      const had = folder;
      if (had !== undefined && (await canListen(pathIn(had)))) {
        losses = 0;
        return { path: pathIn(had) };
      }
      close();
      if (had !== undefined && ++losses % LOSSES_IN_A_ROW === 0)
        return { problem: `${dirname(had)} does not keep control sockets` };
      const problems: string[] = [];
      for (const base of new Set(bases)) {
        const found = await make(base);
        if ('path' in found) return found;
        problems.push(found.problem);
      }
      return { problem: `no control socket can be made (${problems.join('; ')})` };
    },
    close,
  };
}

function usualBases(): readonly string[] {
  const own = process.env['XDG_RUNTIME_DIR'] ?? '';
  return [own, tmpdir(), '/tmp', '/var/tmp', '/dev/shm'].filter((base) => base !== '');
}

/** Why no private folder can be in this one; somebody else could put another in its place. */
function faultOf(base: string): string | undefined {
  if (!isAbsolute(base)) return 'is not an absolute path';
  const { uid, mode } = statSync(base);
  const me = process.getuid?.() ?? uid;
  if (uid !== me && uid !== 0) return `belongs to uid ${uid}`;
  if ((mode & OTHERS_MAY_WRITE) !== 0 && (mode & STICKY) === 0) return 'is open to everybody';
  return undefined;
}

/** Does what ssh is going to do: rejects with the system's error where ssh would fail. */
async function tryToListen(path: string): Promise<void> {
  const problem = controlPathProblem(path);
  if (problem !== undefined) throw new Error(`its path ${problem}`);
  const first = path + WHILE_IT_IS_MADE;
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen({ path: first }, resolve);
  });
  try {
    linkSync(first, path);
    rmSync(path);
  } finally {
    // It takes its file along.
    server.close();
  }
}

function canListen(path: string): Promise<boolean> {
  return tryToListen(path).then(
    () => true,
    () => false,
  );
}

function removeQuietly(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch {
    // Whoever took it over may keep it.
  }
}

/** Whose folder it is: a process, and where its number means something. */
const OWNER = `${process.pid}.${pidNamespace()}`;

function pidNamespace(): string {
  try {
    return /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? '';
  } catch {
    return '';
  }
}

/** Removes what killed processes left behind. */
async function sweep(base: string, name: string): Promise<void> {
  const left = await readdir(base).catch(() => []);
  const pattern = new RegExp(`^${name}-(\\d+)\\.${pidNamespace()}-`);
  for (const entry of left) {
    const pid = Number(pattern.exec(entry)?.[1] ?? 0);
    if (pid === 0 || isAlive(pid)) continue;
    await rm(join(base, entry), { recursive: true, force: true }).catch(() => undefined);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
