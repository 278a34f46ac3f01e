import { findFreePorts } from '../../e2e/support/free-ports.ts';
import type { RelayLine } from '../../e2e/support/relay.ts';
import { type Patience, waitForEcho } from '../../e2e/support/echo-time.ts';
import { type RelayedSshd, startRelayedSshd } from '../../e2e/support/relayed-sshd.ts';
import type { Contender, EchoForward } from './contender.ts';

/** What a trial is about. */
export interface TrialSettings {
  readonly forwards: number;
  /** The forwards take turns on so many lines. Default: each has one of its own. */
  readonly lines?: number;
  /** Each line leads to a host of its own, as far as anybody can tell; otherwise all lead to one. */
  readonly ownHosts?: boolean;
  readonly extraConfig?: readonly string[];
}

/** A server, and forwards to its echo service that a contender is to keep up. */
export interface Trial {
  readonly server: RelayedSshd;
  readonly forwards: readonly EchoForward[];
}

/** Runs a trial with a server of its own, and cleans up. */
export async function withTrial<T>(
  { forwards: count, lines = count, ownHosts = false, extraConfig = [] }: TrialSettings,
  use: (trial: Trial) => Promise<T>,
): Promise<T> {
  // All connections come from one address; only the stampede is about the server's limit.
  const config = [...extraConfig, 'MaxStartups 200'];
  const server = await startRelayedSshd({ lines, extraConfig: config });
  try {
    const first = await findFreePorts(count);
    const forwards = Array.from({ length: count }, (_, index) => {
      const line = server.lines[index % lines]!;
      return { line, port: first + index, ...wayTo(server, line, ownHosts) };
    });
    return await use({ server, forwards });
  } finally {
    await server.close();
  }
}

function wayTo({ sshd }: RelayedSshd, line: RelayLine, isOwnHost: boolean) {
  const options = sshd.clientArguments(line.port);
  if (!isOwnHost) return { destination: sshd.destination, options };
  const destination = sshd.destination.replace(sshd.address, `line-${line.port}`);
  return { destination, options: ['-o', `HostName=${sshd.address}`, ...options] };
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
  { forwards }: Trial,
  use: (players: readonly Player[]) => Promise<T>,
): Promise<T> {
  const share = forwards.length / contenders.length;
  const players: Player[] = [];
  try {
    for (const [index, contender] of contenders.entries()) {
      const ours = forwards.slice(index * share, (index + 1) * share);
      players.push(await startPlayer(contender, ours));
    }
    return await use(players);
  } finally {
    await Promise.all(contenders.map((contender) => contender.stop()));
  }
}

async function startPlayer(
  contender: Contender,
  forwards: readonly EchoForward[],
): Promise<Player> {
  const fromMs = performance.now();
  await contender.start(forwards);
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

/** Seconds from a fault until a forward carries bytes again, over a new connection; `Infinity` if it never does. */
export async function secondsToHeal(
  { port }: EchoForward,
  spoil: () => Promise<unknown>,
  patience: Patience = {},
): Promise<number> {
  const fromMs = performance.now();
  await spoil();
  const atMs = await waitForEcho(port, patience);
  return atMs === undefined ? Number.POSITIVE_INFINITY : (atMs - fromMs) / 1000;
}
