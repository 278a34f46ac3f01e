import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** Who listens on a port of this machine. */
export interface PortHolder {
  readonly pid: number;
  /** The program's short name. */
  readonly program: string;
}

const LISTENING = '0A';
/** 127.0.0.1 and 0.0.0.0, as the kernel prints them on little-endian machines. */
const ADDRESSES = ['0100007F', '00000000'];

/** The inode of the socket that a connection to 127.0.0.1 on this port would reach; `undefined` if not known. */
function listenerInode(port: number): string | undefined {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const inodes = new Map<string, string>();
  for (const line of readFileSync('/proc/net/tcp', 'latin1').split('\n').slice(1)) {
    const [, local, , state, , , , , , inode] = line.trim().split(/\s+/);
    if (state !== LISTENING || inode === undefined || !local?.endsWith(suffix)) continue;
    inodes.set(local.slice(0, -suffix.length), inode);
  }
  return ADDRESSES.map((address) => inodes.get(address)).find((inode) => inode !== undefined);
}

function holds(pid: number, inode: string): boolean {
  try {
    const folder = `/proc/${pid}/fd`;
    return readdirSync(folder).some(
      (fd) => readlinkSync(`${folder}/${fd}`) === `socket:[${inode}]`,
    );
  } catch {
    return false; // another user's process, or one that has just ended
  }
}

function holderOf(inode: string): PortHolder | undefined {
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    if (Number.isNaN(pid) || !holds(pid, inode)) continue;
    return { pid, program: readFileSync(`/proc/${pid}/comm`, 'utf8').trim() };
  }
  return undefined;
}

/** Who listens on this port for connections to 127.0.0.1, where the system tells (Linux). */
export function portHolder(port: number): PortHolder | undefined {
  try {
    const inode = listenerInode(port);
    return inode === undefined ? undefined : holderOf(inode);
  } catch {
    return undefined;
  }
}

/** `pid 811 (nc)`, or `another program` where the system does not tell. */
export function describeHolder(holder: PortHolder | undefined): string {
  return holder === undefined ? 'another program' : `pid ${holder.pid} (${holder.program})`;
}

/**
 * A sentence about the stranger who holds a port that should be ssh's; `undefined` if it is ssh's, or nobody's, or if the
 * system does not tell.
 *
 * Another `ssh` is no stranger: with ControlMaster the forward belongs to the user's master.
 */
export function strangerOnPort(port: number, sshPid: number): string | undefined {
  try {
    const inode = listenerInode(port);
    if (inode === undefined || holds(sshPid, inode)) return undefined;
    const holder = holderOf(inode);
    if (holder?.program === 'ssh') return undefined;
    return `monitor port ${port} is held by ${describeHolder(holder)}, not by ssh`;
  } catch {
    return undefined;
  }
}
