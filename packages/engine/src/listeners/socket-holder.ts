import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';
import { printableLine } from '@holdfast/text';
import { processChildren } from '../child/child-table.ts';

/** Who listens on a port of this machine. */
export interface PortHolder {
  readonly pid: number;
  /** The program's short name. */
  readonly program: string;
  /** The tunnel of this very program whose ssh it is. */
  readonly tunnel?: string;
  /** What started it, and will again when it ends. */
  readonly keeper?: { readonly pid: number; readonly program: string };
}

const SOCKET_LINK = /^socket:\[(\d+)\]$/;

/** The first descriptors of a program are what it was started with: its own come after these. */
export const STDERR = 2;

/**
 * The descriptors of a process, by their numbers.
 *
 * `undefined` for another user's process, one that has ended, and one that the system lets nobody look into, such as a program
 * with file capabilities.
 */
export function descriptorsOf(pid: number): readonly string[] | undefined {
  try {
    return readdirSync(`/proc/${pid}/fd`);
  } catch {
    return undefined;
  }
}

/** Where each descriptor of a process leads; `undefined` where {@link descriptorsOf} is. */
export function descriptorLinks(pid: number): ReadonlyMap<string, string> | undefined {
  const descriptors = descriptorsOf(pid);
  return descriptors && new Map(descriptors.map((fd) => [fd, linkAt(pid, fd)]));
}

/** Where a descriptor of a process leads; empty if it was closed just now. */
function linkAt(pid: number, fd: string): string {
  try {
    return readlinkSync(`/proc/${pid}/fd/${fd}`);
  } catch {
    return '';
  }
}

/** The inode of the socket that a descriptor leads to; `undefined` if it leads elsewhere. */
export function socketInode(link: string): string | undefined {
  return SOCKET_LINK.exec(link)?.[1];
}

/** The sockets of a process: their inodes, and at which of its descriptors each is; `undefined` where `descriptorLinks` is. */
export function socketDescriptors(pid: number): ReadonlyMap<string, string> | undefined {
  const links = descriptorLinks(pid);
  return links && new Map([...links].flatMap(([fd, link]) => pairOf(socketInode(link), fd)));
}

function pairOf(inode: string | undefined, fd: string): readonly [string, string][] {
  return inode === undefined ? [] : [[inode, fd]];
}

/** The inode of the socket that a process has at a descriptor; `undefined` if there is none. */
export function socketAt(pid: number, fd: string): string | undefined {
  return socketInode(linkAt(pid, fd));
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
        holders.set(inode, { pid, program: programName(pid), ...whoseIs(pid) });
      }
    }
  }
  return holders;
}

/** Of which tunnel it is, or what brings it back. A program that stands in for ssh has the true one as its child. */
function whoseIs(pid: number): Pick<PortHolder, 'tunnel' | 'keeper'> {
  const parent = parentOf(pid);
  const tunnel = processChildren.tunnelOf(pid) ?? processChildren.tunnelOf(parent);
  if (tunnel !== undefined) return { tunnel };
  const keeper = keeperOf(parent);
  return keeper === undefined ? {} : { keeper };
}

function parentOf(pid: number): number {
  return Number(/^PPid:\t(\d+)$/m.exec(readOf(pid, 'status'))?.[1] ?? 0);
}

function programName(pid: number): string {
  try {
    // A process names itself as it likes.
    return printableLine(readFileSync(`/proc/${pid}/comm`, 'utf8').trim());
  } catch {
    return '?';
  }
}

/** What brings an ssh back. */
const KEEPERS: ReadonlySet<string> = new Set(['autossh', 'holdfast']);

/** The parent of a process, if it is one that starts it again; not this process itself. */
function keeperOf(parent: number): PortHolder['keeper'] {
  if (parent <= 1 || parent === process.pid) return undefined;
  // Node's name is that of the program: the script is the first word behind it that is not an option.
  const words = readOf(parent, 'cmdline').split('\0');
  const names = [programName(parent), ...words.slice(0, 4).map((word) => basename(word))];
  const program = names
    .map((name) => name.replace(/\.c?js$/, ''))
    .find((name) => KEEPERS.has(name));
  return program === undefined ? undefined : { pid: parent, program };
}

function readOf(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return ''; // it has ended
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

/** `pid 811 (nc)`, `tunnel db (ssh, pid 811)`, or `another program` where the system does not tell; and who keeps it up. */
export function describeHolder(holder: PortHolder | undefined): string {
  if (holder === undefined) return 'another program';
  const { pid, program, tunnel, keeper } = holder;
  if (tunnel !== undefined) return `tunnel ${tunnel} (${program}, pid ${pid})`;
  const kept = keeper === undefined ? '' : `, which ${keeper.program} (pid ${keeper.pid}) keeps up`;
  return `pid ${pid} (${program})${kept}`;
}

/** What to do to get rid of a holder. */
export function endHolder(holder: PortHolder | undefined, otherwise = 'end that program'): string {
  if (holder === undefined) return otherwise;
  const { pid, tunnel, keeper } = holder;
  if (tunnel !== undefined) return `disable tunnel ${tunnel}`;
  return keeper === undefined
    ? `end pid ${pid}`
    : `end ${keeper.program} (pid ${keeper.pid}), or it comes back`;
}
