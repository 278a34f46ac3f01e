import { lstatSync, readFileSync } from 'node:fs';
import type { ConnectionPhase } from '../fleet/report/status.ts';
import { socketInodes } from '../listeners/socket-holder.ts';
import { tcpSockets } from '../listeners/tcp-sockets.ts';
import type { TcpState } from '../listeners/tcp-table.ts';

/**
 * How far an ssh that connects has come, as its sockets tell; `null` if it has ended, or the system does not tell. It is Linux that does.
 *
 * Through a jump host or proxy command it is `connecting` until it has logged in: the TCP connection is not its own. Without a control
 * socket `authenticating` is the last that can be told.
 *
 * @param controlPath - where ssh listens once it has logged in, if it was told to.
 */
export function connectionPhase(
  sshPid: number,
  controlPath: string | undefined,
): ConnectionPhase | null {
  if (controlPath !== undefined && isSocket(controlPath)) return 'forwarding';
  const inodes = socketInodes(sshPid);
  if (inodes === undefined) return null;
  try {
    const states = tcpStates(sshPid, inodes);
    return socketPhase(states) ?? (hasChildren(sshPid) ? 'connecting' : 'resolving');
  } catch {
    return null;
  }
}

/** What the TCP sockets of ssh tell. Those that listen are its forwards. */
export function socketPhase(
  states: readonly TcpState[],
): 'authenticating' | 'connecting' | undefined {
  if (states.includes('established')) return 'authenticating';
  return states.includes('syn-sent') ? 'connecting' : undefined;
}

function isSocket(path: string): boolean {
  try {
    return lstatSync(path).isSocket();
  } catch {
    return false;
  }
}

function tcpStates(pid: number, inodes: ReadonlySet<string>): readonly TcpState[] {
  return tcpSockets(pid)
    .filter(({ inode }) => inodes.has(inode))
    .map(({ state }) => state);
}

/** ProxyJump and ProxyCommand are children of ssh. */
function hasChildren(pid: number): boolean {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').trim() !== '';
}
