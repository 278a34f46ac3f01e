import { findFreePorts } from '../../e2e/support/free-ports.ts';
import { type Patience, waitForEcho } from '../../e2e/support/echo-time.ts';
import { type RelayedSshd, startRelayedSshd } from '../../e2e/support/relayed-sshd.ts';
import type { Contender, EchoForward } from './contender.ts';

/** What a trial is about. */
export interface TrialSettings {
  readonly forwards: number;
  /** Each forward over a line of its own; otherwise all share one. */
  readonly ownLines?: boolean;
  readonly extraConfig?: readonly string[];
}

/** A server, and forwards to its echo service that a contender is to keep up. */
export interface Trial {
  readonly server: RelayedSshd;
  readonly forwards: readonly EchoForward[];
}

/** Runs a trial with a server of its own, and cleans up. */
export async function withTrial<T>(
  { forwards: count, ownLines = true, extraConfig = [] }: TrialSettings,
  use: (trial: Trial) => Promise<T>,
): Promise<T> {
  // All connections come from one address; only the stampede is about the server's limit.
  const config = [...extraConfig, 'MaxStartups 200'];
  const server = await startRelayedSshd({ lines: ownLines ? count : 1, extraConfig: config });
  try {
    const first = await findFreePorts(count);
    const forwards = Array.from({ length: count }, (_, index) => ({
      line: server.lines[ownLines ? index : 0]!,
      port: first + index,
    }));
    return await use({ server, forwards });
  } finally {
    await server.close();
  }
}

/** A contender that runs, and what it keeps up. */
export interface Player {
  readonly name: string;
  readonly contender: Contender;
  readonly forwards: readonly EchoForward[];
  /** From its start until all its forwards carried bytes. */
  readonly startMs: number;
}

/** Starts contenders one after the other, with an equal share of the forwards each; then runs something, and stops them. */
export async function withPlayers<T>(
  contenders: readonly Contender[],
  { server, forwards }: Trial,
  use: (players: readonly Player[]) => Promise<T>,
): Promise<T> {
  const share = forwards.length / contenders.length;
  const players: Player[] = [];
  try {
    for (const [index, contender] of contenders.entries()) {
      const ours = forwards.slice(index * share, (index + 1) * share);
      players.push(await startPlayer(contender, { server, forwards: ours }));
    }
    return await use(players);
  } finally {
    await Promise.all(contenders.map((contender) => contender.stop()));
  }
}

async function startPlayer(contender: Contender, { server, forwards }: Trial): Promise<Player> {
  const fromMs = performance.now();
  await contender.start(server, forwards);
  const times = await timesToBytes(forwards, fromMs, { everyMs: 50 });
  return { name: contender.name, contender, forwards, startMs: Math.max(...times) };
}

/** For each forward: milliseconds from a moment until it carries bytes. Throws if one never does. */
export async function timesToBytes(
  forwards: readonly EchoForward[],
  fromMs: number,
  patience: Patience = {},
): Promise<number[]> {
  const times = await Promise.all(forwards.map(({ port }) => waitForEcho(port, patience)));
  const lost = times.filter((time) => time === undefined).length;
  if (lost > 0) throw new Error(`${lost} of ${times.length} forwards never carried bytes`);
  return times.map((time) => time! - fromMs);
}
