import { monotonicMs } from '../clock.ts';
import { descendantsOf, socketInodes } from '../listeners/socket-holder.ts';
import { tcpSockets } from '../listeners/tcp-sockets.ts';

/** One reading serves the tunnels that were lost together. */
const AS_OLD_AS_MS = 50;

/** For the answer to what was sent again. */
const ANSWER_MS = 300;

/**
 * How long after an answer a server may be silent at most: a line that froze is found in 11 s at a poll time of 5 s, ends of processes
 * included.
 */
const LONGEST_SILENCE_MS = 10_900;

/**
 * How long to wait on, when a probe is late, for what TCP is about to send again; `undefined`: not at all.
 *
 * After 3 s without packets the next is sent only 6.2 s after the first that was lost, though the line may be back long since. A server
 * that is frozen acknowledges all, and nothing is sent again: it is not waited for.
 */
export function waitForResendMs(pid: number, answeredMs: number): number | undefined {
  const dueMs = dueResendMs(pid);
  if (dueMs === undefined) return undefined;
  const waitMs = dueMs + ANSWER_MS;
  return monotonicMs() + waitMs <= answeredMs + LONGEST_SILENCE_MS ? waitMs : undefined;
}

/** In how many milliseconds the system sends again what a process sent; `undefined`: nothing, or it does not tell. */
function dueResendMs(pid: number): number | undefined {
  const inodes = new Set(
    [pid, ...descendantsOf(pid)].flatMap((each) => [...(socketInodes(each) ?? [])]),
  );
  return tcpSockets(pid, monotonicMs() - AS_OLD_AS_MS).find(
    ({ inode, state, resendMs }) =>
      resendMs !== undefined && state === 'established' && inodes.has(inode),
  )?.resendMs;
}
