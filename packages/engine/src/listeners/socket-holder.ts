import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** Who listens on a port of this machine. */
export interface PortHolder {
  readonly pid: number;
  /** The program's short name. */
  readonly program: string;
}

const SOCKET_LINK = /^socket:\[(\d+)\]$/;

/** The inodes of a process's sockets; `undefined` for another user's process, or one that has ended. */
export function socketInodes(pid: number): ReadonlySet<string> | undefined {
  const folder = `/proc/${pid}/fd`;
  try {
    return new Set(readdirSync(folder).flatMap((fd) => inodeOf(`${folder}/${fd}`) ?? []));
  } catch {
    return undefined;
  }
}

function inodeOf(descriptor: string): string | undefined {
  try {
    return SOCKET_LINK.exec(readlinkSync(descriptor))?.[1];
  } catch {
    return undefined; // it was closed just now
  }
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

/** `pid 811 (nc)`, or `another program` where the system does not tell. */
export function describeHolder(holder: PortHolder | undefined): string {
  return holder === undefined ? 'another program' : `pid ${holder.pid} (${holder.program})`;
}
