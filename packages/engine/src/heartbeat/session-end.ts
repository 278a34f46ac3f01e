import { closeSync, constants, openSync } from 'node:fs';
import { isControlSocket, masterAt } from '../listeners/control-socket.ts';
import { descriptorLinks, socketAt, socketInode } from '../listeners/socket-holder.ts';
import { tcpSockets } from '../listeners/tcp-sockets.ts';
import { unixSockets } from '../listeners/unix-sockets.ts';
import { connectMux } from '../mux/client.ts';

/** Whether the session of an ssh is over, and nothing else runs through that ssh. */
export type IsOver = () => boolean;

/**
 * Looks for the session of the ssh that listens at a path; `undefined` where the system does not show it.
 *
 * Nobody tells when a session ends. But for its session ssh copies the descriptors 0 to 2, and it closes the copy of stderr with the
 * session, when all output is written and the exit status is known.
 *
 * @param pid - what was started: ssh, or a script around it.
 * @see https://github.com/openssh/openssh-portable/blob/V_9_2_P1/ssh.c `ssh_session2_open()`, and channels.c `channel_free()`
 */
export function sessionOf(path: string, pid: number | undefined): IsOver | undefined {
  const ssh = pid === undefined ? undefined : masterAt(path, pid);
  if (ssh === undefined) return undefined;
  return hasSession(descriptorsOf(ssh)) ? () => isOver(path, ssh) : undefined;
}

/** How soon the end of a session is seen. */
const LOOK_MS = 500;

/**
 * Ends an ssh whose session is over. ssh itself would not end as long as its server owes an answer to a probe; told to end, it ends with
 * the status of its command.
 *
 * @returns stops that.
 * @see https://github.com/openssh/openssh-portable/blob/V_9_2_P1/mux.c `mux_master_process_terminate()`
 */
export function endWithSession(path: string, isOver: IsOver): () => void {
  const look = setInterval(() => {
    if (isOver()) void terminate(path);
  }, LOOK_MS).unref();
  return () => clearInterval(look);
}

async function terminate(path: string): Promise<void> {
  const options = { timeoutMs: LOOK_MS };
  try {
    const client = await connectMux(path, options);
    await client.terminate(options).finally(client.close);
  } catch {
    // It has ended meanwhile, or is asked again at the next look.
  }
}

/** Where each descriptor of a process leads, lowest first; none where nobody can see them. */
function descriptorsOf(pid: number): readonly (readonly [fd: number, link: string])[] {
  return [...(descriptorLinks(pid) ?? [])]
    .map(([fd, link]) => [Number(fd), link] as const)
    .toSorted(([one], [other]) => one - other);
}

type Descriptors = ReturnType<typeof descriptorsOf>;

function hasSession(descriptors: Descriptors): boolean {
  const stderr = descriptors.find(([fd]) => fd === 2)?.[1];
  return stderr !== undefined && descriptors.some(([fd, link]) => fd > 2 && link === stderr);
}

function isOver(path: string, ssh: number): boolean {
  const descriptors = descriptorsOf(ssh);
  if (descriptors.length === 0 || hasSession(descriptors) || isStderrBroken(ssh)) return false;
  return !carriesMore(path, ssh, descriptors);
}

/** Whether it is a pipe from which nobody reads any more: ssh closes its copy for that, too. */
function isStderrBroken(ssh: number): boolean {
  try {
    closeSync(openSync(`/proc/${ssh}/fd/2`, constants.O_WRONLY | constants.O_NONBLOCK));
    return false;
  } catch (error) {
    // A socket, which cannot be opened at all, has the same error.
    return (error as NodeJS.ErrnoException).code === 'ENXIO' && socketAt(ssh, '2') === undefined;
  }
}

/**
 * Whether ssh still has connections to pass on: forwarded ones, an agent's, a display's. ssh waits for them when its session is over.
 *
 * What it opened first, up to the connection to its server (a TCP connection, or the pipes of a ProxyCommand), is its own.
 */
function carriesMore(path: string, ssh: number, descriptors: Descriptors): boolean {
  const tcp = new Map(tcpSockets(ssh).map(({ inode, state }) => [inode, state]));
  const unix = new Map(unixSockets(ssh).map((socket) => [socket.inode, socket]));
  const opened = descriptors
    .filter(([fd]) => fd > 2)
    .map(([, link]) => ({ link, inode: socketInode(link) ?? '' }));
  const first = opened.findIndex(({ link, inode }) => {
    const state = tcp.get(inode);
    return link.startsWith('pipe:') || (state !== undefined && state !== 'listening');
  });
  return opened.slice(first + 1).some(({ inode }) => {
    if (inode === '' || tcp.get(inode) === 'listening') return false;
    const socket = unix.get(inode);
    return socket === undefined || !(socket.isListening || isControlSocket(socket, path));
  });
}
