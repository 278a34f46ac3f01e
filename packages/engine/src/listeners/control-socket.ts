import { descendantsOf, socketInodes } from './socket-holder.ts';
import { unixSockets, type UnixSocket } from './unix-sockets.ts';

/**
 * Whether a Unix socket belongs to a control path: ssh listens there, or it is ssh's end of a connection. ssh binds it under a longer name.
 *
 * @see https://github.com/openssh/openssh-portable/blob/V_9_2_P1/mux.c `muxserver_listen()`
 */
export function isControlSocket({ path }: UnixSocket, controlPath: string): boolean {
  return path.startsWith(`${controlPath}.`);
}

/**
 * The ssh that listens at a control path; `undefined` where nobody does, or the system does not tell.
 *
 * @param pid - what was started: ssh, or a script around it.
 */
export function masterAt(controlPath: string, pid: number): number | undefined {
  const listeners = unixSockets(pid).filter(
    (socket) => socket.isListening && isControlSocket(socket, controlPath),
  );
  return [pid, ...descendantsOf(pid)].find((one) => {
    const inodes = socketInodes(one);
    return listeners.some(({ inode }) => inodes?.has(inode));
  });
}
