import { monotonicMs } from '../clock.ts';
import { LOST_TOGETHER_MS } from '../listeners/namespace-readings.ts';
import { descendantsOf, socketInodes } from '../listeners/socket-holder.ts';
import { tcpSockets } from '../listeners/tcp-sockets.ts';
import type { Resend } from '../listeners/tcp-table.ts';

// What an ssh has sent and the far end's system has not acknowledged: whether there is any, when it is sent again, and how long a late probe
// waits for that.

/**
 * Whether a process has sent over TCP what the far end's system has not acknowledged: then the line is dead or very slow. A far end that
 * got everything and says nothing is another matter. `false` also where nobody can tell, such as behind a ProxyCommand.
 *
 * @see proc(5), /proc/net/tcp: tx_queue.
 */
export function hasUnacknowledged(pid: number | undefined): boolean {
  const inodes = pid === undefined ? undefined : socketInodes(pid);
  if (pid === undefined || inodes === undefined) return false;
  return tcpSockets(pid).some(
    ({ inode, state, unacknowledged }) =>
      state === 'established' && unacknowledged > 0 && inodes.has(inode),
  );
}

/** When the system sends again what a process sent; `undefined`: nothing is unacknowledged, or it does not tell. */
export function dueResend(pid: number): Resend | undefined {
  const inodes = new Set(
    [pid, ...descendantsOf(pid)].flatMap((each) => [...(socketInodes(each) ?? [])]),
  );
  return tcpSockets(pid, monotonicMs() - LOST_TOGETHER_MS).find(
    ({ inode, state, resend }) =>
      resend !== undefined && state === 'established' && inodes.has(inode),
  )?.resend;
}

/** A loss of all packets that is no longer than this costs nothing. */
export const HARMLESS_LOSS_MS = 4000;

/** For the answer to what was sent again. */
const ANSWER_MS = 300;

/**
 * The server's system sends its answer again at its own times, which lie up to a quarter later, and only then the answer is here; to wait
 * for that pays only once the line is known to be back.
 */
const SERVERS_RESEND_MS = 1500;

/** TCP waits as long again as it has waited, so that after a loss of 4 s nothing is due later than this. */
const LONGEST_MS = 2 * HARMLESS_LOSS_MS + 1000;

/** What is known of a line when a probe is late. */
export interface LateProbe {
  /** How long nobody has answered: since the first of the probes in a row was sent. */
  readonly silentMs: number;
  /** What is sent again; `undefined`: all is acknowledged, or the system does not tell. */
  readonly due: Pick<Resend, 'inMs' | 'intervalMs'> | undefined;
  /** Whether something was due at the last look. */
  readonly wasDue: boolean;
}

/**
 * How many milliseconds to wait on when a probe is late; `undefined`: not at all.
 *
 * What was lost is sent again after 0.2, 0.6, 1.4, 3 and 6.2 s, so that an answer comes as late again as the loss lasted. As long as
 * nothing was sent again since the longest loss that may cost nothing would be over, the next sending is waited for. A server that is
 * frozen acknowledges all, and nothing is sent again: it is not waited for.
 *
 * @see docs/rules.md, FL-13; RFC 6298, 5.5
 */
export function waitForResendMs({ silentMs, due, wasDue }: LateProbe): number | undefined {
  if (due === undefined) return wasDue ? within(silentMs, SERVERS_RESEND_MS) : undefined;
  const lastSentMs = silentMs + due.inMs - due.intervalMs;
  if (lastSentMs > HARMLESS_LOSS_MS) return undefined;
  return within(silentMs, due.inMs + ANSWER_MS);
}

function within(silentMs: number, waitMs: number): number | undefined {
  return silentMs + waitMs <= LONGEST_MS ? waitMs : undefined;
}
