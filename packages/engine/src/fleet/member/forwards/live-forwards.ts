import type { FailureReport } from '@holdfast/machines';
import type { Forward } from '../../../forward/forward.ts';
import { heldForwardFailure } from '../../../listeners/held-forward-failure.ts';
import { findHeldForwards } from '../../../listeners/held-forwards.ts';
import { connectMux, type MuxClient } from '../../../mux/client.ts';
import { isMuxError } from '../../../mux/mux-error.ts';
import type { Chronicle } from '../../chronicle.ts';
import { FleetError, type OpenedForward } from '../../fleet.ts';
import { controlPathOf } from '../run.ts';
import type { ForwardProblem } from './known-forward.ts';
import type { ManagedTunnel } from '../managed-tunnel.ts';
import { namingTunnel, remoteRefusal } from './remote-forwards.ts';
import type { Surroundings } from '../surroundings.ts';

/** Changes the forwards of running connections; nothing else on them is touched. */
export interface LiveForwards {
  /** Rejects with a {@link FleetError} `not-connected` or `forward-failed`. */
  open(tunnel: string, forward: Forward): Promise<OpenedForward>;
  /** Streams through the forward stay. Rejects as `open` does. */
  close(tunnel: string, forward: Forward): Promise<void>;
}

/** What is needed to reach the running connections of a fleet. */
export interface LiveForwardSettings {
  readonly tunnelOf: (name: string) => ManagedTunnel;
  readonly around: Pick<Surroundings, 'runtimeDir' | 'otherWithRemote'>;
  readonly chronicle: Chronicle;
}

/** The server has to answer for a remote forward. */
const WAIT = { timeoutMs: 10_000 };

/** Makes what changes the forwards of a fleet's running connections. */
export function createLiveForwards(settings: LiveForwardSettings): LiveForwards {
  const { tunnelOf, around, chronicle } = settings;
  const connection = (name: string) => {
    const tunnel = tunnelOf(name);
    if (!tunnel.isConnected()) {
      throw new FleetError('not-connected', `${name} is not connected now`);
    }
    const pid = tunnel.facts().context?.pid ?? undefined;
    return { controlPath: controlPathOf(name, around.runtimeDir), pid, keeper: tunnel.keeper };
  };
  return {
    async open(name, forward) {
      const { controlPath, pid, keeper } = connection(name);
      const obstacle = await keeper.makeWay([forward]);
      if (obstacle !== undefined) throw refusal(obstacle);
      const port = await onConnection(
        controlPath,
        (client) => openWhole(client, forward, pid),
        (refused) => namingTunnel(refused, [forward.listen], tunnelOf(name).facts().spec, around),
      );
      keeper.opened(forward, port);
      const at = port === undefined ? {} : { port };
      chronicle.tell(name, { type: 'forward.opened', forward: forward.text, ...at });
      return { forward: forward.text, ...at };
    },
    async close(name, forward) {
      const { controlPath, keeper } = connection(name);
      await onConnection(controlPath, (client) => client.closeForward(forward, WAIT));
      keeper.closed(forward);
      // ssh leaves the file of a Unix socket behind.
      await keeper.makeWay([forward]);
      chronicle.tell(name, { type: 'forward.closed', forward: forward.text });
    },
  };
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
