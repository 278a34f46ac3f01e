import type { TcpSocket } from '../listeners/tcp-table.ts';
import type { Receipts } from './receipts.ts';

/** What is known of a connection, and since when a probe is out. */
export interface Movement {
  readonly connection: Pick<TcpSocket, 'unacknowledged' | 'resend'>;
  /** When something came from the far end; `undefined` where the system does not tell. */
  readonly receipts: Receipts | undefined;
  readonly sinceMs: number;
  readonly nowMs: number;
}

/** On the slowest of lines (32 kbit/s) this takes a second. */
const FULL_BYTES = 4096;

/**
 * Whether a connection carries so much that an answer may be late for it: the far end's system acknowledged a part of what was sent and much
 * more is on its way, as in a full upload; or it sent something, as in a full download.
 *
 * That it took in the probe, or what little a stream says, is no life: that of a frozen server does as much, and takes its time for it. Nor is
 * it that it has no room for more; then nothing is due to be sent again.
 */
export function hasMoved({ connection, receipts, sinceMs, nowMs }: Movement): boolean {
  const { unacknowledged, resend } = connection;
  const isSending = unacknowledged >= FULL_BYTES && resend !== undefined;
  if (receipts !== undefined) {
    return receipts.dataAtMs > sinceMs || (isSending && receipts.acknowledgementAtMs > sinceMs);
  }
  return isSending && wasAcknowledged(resend, nowMs - sinceMs);
}

/** A probe may reach ssh, and leave it, so much later than it was sent. */
const PROBE_MS = 300;

/**
 * Whether something was acknowledged since a probe was sent, as the timer for sending again tells.
 *
 * Each acknowledgement sets it anew. It is also set by the first packet after all was acknowledged, such as the probe itself, and once more,
 * about an interval later, by a loss probe; so what lies so near to the probe is none.
 *
 * @see RFC 6298, section 5; RFC 8985, section 7 (tail loss probe)
 */
function wasAcknowledged(
  { inMs, intervalMs, times }: NonNullable<TcpSocket['resend']>,
  silentMs: number,
): boolean {
  const firstIntervalMs = intervalMs / 2 ** times;
  const agoMs = 2 * intervalMs - firstIntervalMs - inMs;
  return agoMs < silentMs - firstIntervalMs - PROBE_MS;
}
