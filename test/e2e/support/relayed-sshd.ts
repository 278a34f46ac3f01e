import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type RelayLine, startRelay } from './relay.ts';
import { type NamespaceSshd, startSshdInNamespace } from './sshd-namespace.ts';

const run = promisify(execFile);

const FIRST_LINE_PORT = 2201;

/** OpenSSH's server behind lines that can be spoilt, each for itself. */
export interface RelayedSshd {
  readonly sshd: NamespaceSshd;
  readonly lines: readonly RelayLine[];
  /** The server's processes for the connections on a line. */
  sessionPids(line: RelayLine): Promise<number[]>;
  /** Loses every packet of a line, both ways: what is open on it stays, and TCP goes on when packets are delivered again. */
  lose(line: RelayLine): Promise<void>;
  /** Ends `lose`. */
  deliver(line: RelayLine): Promise<void>;
  /** The server is away as if it were switched off: what comes in is neither answered nor refused. */
  swallow(): Promise<void>;
  /** It is back, and has forgotten all connections. */
  answerAgain(): Promise<void>;
  /** The server is away: what comes in is refused. */
  refuse(): Promise<void>;
  /** The server is back after `refuse`. */
  acceptAgain(): Promise<void>;
  close(): Promise<void>;
}

/** How many lines, and lines of sshd_config that win over the usual ones. */
export interface RelayedSshdSettings {
  readonly lines: number;
  readonly extraConfig?: readonly string[];
}

/** Starts OpenSSH's server in a network namespace, and a relay in the same. */
export async function startRelayedSshd(settings: RelayedSshdSettings): Promise<RelayedSshd> {
  const sshd = await startSshdInNamespace(settings.extraConfig);
  try {
    return await putBehindRelay(sshd, settings.lines);
  } catch (error) {
    await sshd.close();
    throw error;
  }
}

async function putBehindRelay(sshd: NamespaceSshd, count: number): Promise<RelayedSshd> {
  const { namespace, address: host } = sshd;
  const ports = Array.from({ length: count }, (_, index) => FIRST_LINE_PORT + index);
  const target = { host, port: sshd.port };
  const { lines, close } = await startRelay({ inside: namespace.inside, host, ports, target });
  const forAll = async (order: 'cut' | 'refuse' | 'pass') => {
    await Promise.all(lines.map((line) => line[order]()));
  };
  return {
    sshd,
    lines,
    sessionPids: async (line) => listSessions(sshd, (await line.count()).serverPorts),
    lose: ({ port }) => namespace.lose(port),
    deliver: ({ port }) => namespace.deliver(port),
    swallow: async () => {
      await namespace.swallow();
      // Nobody outside hears of it.
      await forAll('cut');
    },
    answerAgain: () => namespace.answer(),
    refuse: async () => {
      await forAll('refuse');
      await sshd.stop();
    },
    acceptAgain: async () => {
      await sshd.start();
      await forAll('pass');
    },
    close: async () => {
      await close();
      await sshd.close();
    },
  };
}

async function listSessions(sshd: NamespaceSshd, ports: readonly number[]): Promise<number[]> {
  const [file, ...words] = sshd.namespace.inside('ss', '-tnpH', `sport = :${sshd.port}`);
  const { stdout } = await run(file, words);
  const ours = stdout.split('\n').filter((row) => ports.includes(peerPort(row)));
  return ours.flatMap((row) =>
    [...row.matchAll(/"sshd[^"]*",pid=(\d+)/g)].map(([, pid]) => Number(pid)),
  );
}

// State, two queues, local address, peer address.
function peerPort(row: string): number {
  return Number(/:(\d+)$/.exec(row.trim().split(/\s+/)[4] ?? '')?.[1]);
}
