import type { FailureReport } from '@holdfast/machines';
import type { Forward } from '../../../forward/forward.ts';
import { heldForwardFailure } from '../../../listeners/held-forward-failure.ts';
import { findHeldForwards } from '../../../listeners/held-forwards.ts';
import { connectMux, type MuxClient } from '../../../mux/client.ts';
import { isMuxError } from '../../../mux/mux-error.ts';
import { FleetError, type OpenedForward } from '../../fleet.ts';
import type { Member } from '../member.ts';
import type { ForwardProblem } from './known-forward.ts';
import { remoteRefusal } from './remote-forwards.ts';

/** The server has to answer for a remote forward. */
const WAIT = { timeoutMs: 10_000 };

/**
 * Opens a forward on the running connection of a tunnel; nothing else on it is touched.
 *
 * Rejects with a {@link FleetError} `not-connected` or `forward-failed`.
 */
export async function openLive(member: Member, forward: Forward): Promise<OpenedForward> {
  assertConnected(member);
  const { keeper, socketPath } = member;
  const pid = member.pid();
  const obstacle = await keeper.makeWay([forward]);
  if (obstacle !== undefined) throw refusal(obstacle);
  const port = await onConnection(
    socketPath,
    (client) => openWhole(client, forward, pid),
    (refused) => member.named(refused, [forward.listen]),
  );
  keeper.opened(forward, port);
  const at = port === undefined ? {} : { port };
  member.tell({ type: 'forward.opened', forward: forward.text, ...at });
  return { forward: forward.text, ...at };
}

/** Closes a forward on the running connection of a tunnel; streams through it stay. Rejects as {@link openLive} does. */
export async function closeLive(member: Member, forward: Forward): Promise<void> {
  assertConnected(member);
  const { keeper } = member;
  await onConnection(member.socketPath, (client) => client.closeForward(forward, WAIT));
  keeper.closed(forward);
  // ssh leaves the file of a Unix socket behind.
  await keeper.makeWay([forward]);
  member.tell({ type: 'forward.closed', forward: forward.text });
}

function assertConnected(member: Member): void {
  if (member.isConnected()) return;
  throw new FleetError('not-connected', `${member.name} is not connected now`);
}

/** Opens a forward; one that is held, also at one of its two addresses only, is not left open. */
async function openWhole(
  client: MuxClient,
  forward: Forward,
  pid: number | undefined,
): Promise<number | undefined> {
  assertFree(forward, pid);
  const port = await client.openForward(forward, WAIT);
  try {
    // Somebody may have taken the other address in between; ssh would not say so.
    assertFree(forward, pid);
  } catch (error) {
    await client.closeForward(forward, WAIT);
    throw error;
  }
  return port;
}

/** ssh says only that it cannot listen; people want to know who does. */
function assertFree(forward: Forward, pid: number | undefined): void {
  const held = heldForwardFailure(findHeldForwards([forward], pid));
  if (held !== undefined) throw refusal(held);
}

/** What cannot be had, and what can be done about it: as at a start. */
function refusal({ sentence, remedy }: ForwardProblem): FleetError {
  const can = remedy === undefined ? '' : `; what you can do: ${remedy}`;
  return new FleetError('forward-failed', `${sentence}${can}`);
}

async function onConnection<TResult>(
  controlPath: string,
  act: (client: MuxClient) => Promise<TResult>,
  explain: (refused: FailureReport) => FailureReport = (refused) => refused,
): Promise<TResult> {
  try {
    const client = await connectMux(controlPath, WAIT);
    try {
      return await act(client);
    } finally {
      client.close();
    }
  } catch (error) {
    if (!isMuxError(error)) throw error;
    // ssh passes on the server's no, and nothing else.
    const refused = remoteRefusal(error);
    throw refused === undefined
      ? new FleetError('forward-failed', error.message)
      : refusal(explain(refused));
  }
}
