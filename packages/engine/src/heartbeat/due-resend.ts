import { monotonicMs } from '../clock.ts';
import { descendantsOf, socketInodes } from '../listeners/socket-holder.ts';
import { tcpSockets } from '../listeners/tcp-sockets.ts';
import type { DueResend } from './wait-for-resend.ts';

/** One reading serves the tunnels that were lost together. */
const AS_OLD_AS_MS = 50;

/** When the system sends again what a process sent; `undefined`: nothing is unacknowledged, or it does not tell. */
export function dueResend(pid: number): DueResend | undefined {
  const inodes = new Set(
    [pid, ...descendantsOf(pid)].flatMap((each) => [...(socketInodes(each) ?? [])]),
  );
  return tcpSockets(pid, monotonicMs() - AS_OLD_AS_MS).find(
    ({ inode, state, resend }) =>
      resend !== undefined && state === 'established' && inodes.has(inode),
  )?.resend;
}
