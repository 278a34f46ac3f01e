import type { FailureReport } from '@holdfast/machines';
import { factsOf } from '../../../failure/facts.ts';
import { PATH_REFUSED } from '../../../failure/texts.ts';
import type { Forward } from '../../../forward/forward.ts';
import { pathFailure } from '../../../listeners/held-forward-failure.ts';
import { makeWayFor, socketPath } from '../../../listeners/socket-path.ts';
import { connectMux, type MuxClient } from '../../../mux/client.ts';
import { isMuxError } from '../../../mux/mux-error.ts';

const WAIT = { timeoutMs: 10_000 };

/**
 * Opens forwards of this side that an ssh does not have, or not any more, over its control socket. What is connected through them
 * stays connected.
 *
 * @returns what was in the way, if anything was: the last of it.
 */
export async function openAgain(
  controlPath: string,
  forwards: readonly Forward[],
  env: NodeJS.ProcessEnv,
): Promise<string | undefined> {
  if (forwards.length === 0) return undefined;
  let said: string | undefined;
  const problem = await withClient(controlPath, async (client) => {
    for (const forward of forwards) said = (await openOne(client, forward, env)) ?? said;
  });
  return said ?? problem;
}

async function openOne(
  client: MuxClient,
  forward: Forward,
  env: NodeJS.ProcessEnv,
): Promise<string | undefined> {
  try {
    // For what is on its list ssh answers without a look at it. (What is not, it refuses to close.)
    await client.closeForward(forward, WAIT).catch(ignore);
    const obstacle = await makeWay([forward], env);
    if (obstacle !== undefined) return obstacle.sentence;
    await client.openForward(forward, WAIT);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function ignore(): void {
  // on purpose
}

/**
 * Removes the Unix sockets that an ssh left behind; says what else is in the way of forwards.
 *
 * @param said - the line in which the last ssh told of a path that it could not bind: of one that only ssh can fill in, nothing else does.
 */
export async function makeWay(
  forwards: readonly Forward[],
  env: NodeJS.ProcessEnv,
  said = '',
): Promise<FailureReport | undefined> {
  const path = factsOf(PATH_REFUSED, said)?.path;
  for (const { kind, listen } of forwards) {
    if (kind === 'remote' || listen.kind !== 'unix') continue;
    const known = socketPath(listen.path, env) ?? path;
    const obstacle = known === undefined ? undefined : await makeWayFor(known);
    if (obstacle !== undefined) return pathFailure(obstacle);
  }
  return undefined;
}

/** Acts over the control socket of an ssh; says what was in the way, where it could not. */
export async function withClient(
  controlPath: string,
  act: (client: MuxClient) => Promise<void>,
): Promise<string | undefined> {
  try {
    const client = await connectMux(controlPath, WAIT);
    try {
      await act(client);
      return undefined;
    } finally {
      client.close();
    }
  } catch (error) {
    if (!isMuxError(error)) throw error;
    return error.message;
  }
}
