import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** Who listens on a port of this machine. */
export interface PortHolder {
  readonly pid: number;
  /** The program's short name. */
  readonly program: string;
}

const SOCKET_LINK = /^socket:\[(\d+)\]$/;

/**
 * The sockets of a process: their inodes, and at which of its descriptors each is.
 *
 * `undefined` for another user's process, one that has ended, and one that the system lets nobody look into, such as a program
 * with file capabilities.
 */
export function socketDescriptors(pid: number): ReadonlyMap<string, string> | undefined {
  try {
    const descriptors = readdirSync(`/proc/${pid}/fd`);
    return new Map(descriptors.flatMap((fd) => pairOf(socketAt(pid, fd), fd)));
  } catch {
    return undefined;
  }
}

function pairOf(inode: string | undefined, fd: string): readonly [string, string][] {
  return inode === undefined ? [] : [[inode, fd]];
}

/** The inode of the socket that a process has at a descriptor; `undefined` if there is none. */
export function socketAt(pid: number, fd: string): string | undefined {
  try {
    return SOCKET_LINK.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1];
  } catch {
    return undefined; // it was closed just now
  }
}

/** The inodes of a process's sockets; `undefined` where `socketDescriptors` is. */
export function socketInodes(pid: number): ReadonlySet<string> | undefined {
  const descriptors = socketDescriptors(pid);
  return descriptors && new Set(descriptors.keys());
}

/** Who holds these sockets, as far as the system tells this user; by inode. Looks through all processes. */
export function findHolders(inodes: ReadonlySet<string>): ReadonlyMap<string, PortHolder> {
  const holders = new Map<string, PortHolder>();
  for (const name of readdirSync('/proc')) {
    if (holders.size === inodes.size) break;
    if (!/^\d+$/.test(name)) continue;
    const pid = Number(name);
    for (const inode of socketInodes(pid) ?? []) {
      if (inodes.has(inode) && !holders.has(inode)) {
        holders.set(inode, { pid, program: programName(pid) });
      }
    }
  }
  return holders;
}

function programName(pid: number): string {
  try {
    // A process names itself as it likes.
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim().replaceAll(/\p{C}/gu, '?');
  } catch {
    return '?';
  }
}

/** The processes that a process has started, and theirs. Itself is not among them. */
export function descendantsOf(pid: number): readonly number[] {
  return childrenOf(pid).flatMap((child) => [child, ...descendantsOf(child)]);
}

function childrenOf(pid: number): readonly number[] {
  try {
    // @see proc(5), /proc/pid/task/tid/children
    const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1');
    return text.split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

/** `pid 811 (nc)`, or `another program` where the system does not tell. */
export function describeHolder(holder: PortHolder | undefined): string {
  return holder === undefined ? 'another program' : `pid ${holder.pid} (${holder.program})`;
}
