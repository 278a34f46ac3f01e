import { mkdir, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { createClientArguments, createThrowawayKeys, type ThrowawayKeys } from '@holdfast/demo';
import { listDescendants, signalAll } from './child-processes.ts';
import { createNetworkNamespace, type NetworkNamespace } from './network-namespace.ts';
import { addAccount, type SshdAccount } from './sshd-account.ts';
import { SSHD } from './sshd-requirements.ts';
import { type StartedProgram, startProgram } from './started-program.ts';

export { sshdAvailable } from './sshd-requirements.ts';

const SSH_PORT = 22;

/** The port of the echo service on the loopback of the namespace. */
export const ECHO_PORT = 7;

/** OpenSSH's server in a network of its own, so that its loopback is not the client's. */
export interface NamespaceSshd {
  readonly address: string;
  readonly port: number;
  /** The network that it lives in. */
  readonly namespace: NetworkNamespace;
  /** What ssh takes as its destination: `user@address`. */
  readonly destination: string;
  /** The options that lead ssh here, or to another port that leads here; the destination is not among them. */
  clientArguments(port?: number): string[];
  /** Kills the server's part of every connection, and keeps listening. */
  dropSessions(): void;
  /** Stops the server's part of every connection in its tracks: TCP lives, nothing answers. */
  freeze(): void;
  thaw(): void;
  /** An outage: drops the sessions and refuses new ones, until `start`. */
  stop(): Promise<void>;
  start(): Promise<void>;
  /** What the server that runs has written to its log. */
  log(): string;
  /** Ends everything and deletes namespace and keys. */
  close(): Promise<void>;
}

/**
 * Starts OpenSSH's server and an echo service in a new network namespace.
 *
 * @param extraConfig - lines of sshd_config that win over the usual ones, such as `AllowTcpForwarding no`.
 * @param account - whose server it is. Default: the user's own.
 */
export async function startSshdInNamespace(
  extraConfig: readonly string[] = [],
  account?: SshdAccount,
): Promise<NamespaceSshd> {
  const endings: Ending[] = [];
  const close = async () => {
    for (const end of endings.splice(0).reverse()) await end();
  };
  try {
    return { ...(await startParts(extraConfig, endings, account)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

type Ending = () => Promise<void>;

async function startParts(
  extraConfig: readonly string[],
  endings: Ending[],
  account: SshdAccount | undefined,
): Promise<Omit<NamespaceSshd, 'close'>> {
  const keys = await createThrowawayKeys();
  endings.push(() => keys.remove());
  const namespace = await createNetworkNamespace();
  endings.push(() => namespace.remove());
  const echo = await startProgram(namespace.inside(process.execPath, '-e', ECHO_PROGRAM), /ready/);
  endings.push(() => echo.kill());
  const configFile = await writeConfig(keys, namespace.address, extraConfig);
  const command = [SSHD, '-D', '-e', '-f', configFile];
  const seen = account === undefined ? command : (await addAccount(keys, account))(...command);
  const server = createServer(namespace.inside(...seen));
  await server.start();
  endings.push(() => server.stop());
  return {
    address: namespace.address,
    port: SSH_PORT,
    destination: `${account?.name ?? userInfo().username}@${namespace.address}`,
    namespace,
    clientArguments: (port = SSH_PORT) => createClientArguments(keys, port),
    dropSessions: () => server.signalSessions('SIGKILL'),
    freeze: () => server.signalSessions('SIGSTOP'),
    thaw: () => server.signalSessions('SIGCONT'),
    stop: () => server.stop(),
    start: () => server.start(),
    log: () => server.log(),
  };
}

function createServer(command: [string, ...string[]]) {
  let listener: StartedProgram | undefined;
  const signalSessions = (signal: NodeJS.Signals) => {
    if (listener !== undefined) signalAll(listDescendants(listener.pid), signal);
  };
  return {
    signalSessions,
    log: () => listener?.output() ?? '',
    start: async () => {
      // sshd refuses to start without it; elsewhere the start of the service makes it.
      await mkdir('/run/sshd', { recursive: true, mode: 0o755 });
      listener ??= await startProgram(command, /Server listening on/);
    },
    stop: async () => {
      if (listener === undefined) return;
      // First it must make no more sessions.
      process.kill(listener.pid, 'SIGSTOP');
      signalSessions('SIGKILL');
      await listener.kill();
      listener = undefined;
    },
  };
}

const ECHO_PROGRAM = `
  require('node:net')
    .createServer((socket) => socket.on('error', () => {}).pipe(socket))
    .listen(${ECHO_PORT}, '127.0.0.1', () => console.log('ready'));
`;

async function writeConfig(
  keys: ThrowawayKeys,
  address: string,
  extraConfig: readonly string[],
): Promise<string> {
  const file = join(keys.directory, 'sshd_config');
  // The first value of a keyword is the one that counts.
  const lines = [
    ...extraConfig,
    `ListenAddress ${address}:${SSH_PORT}`,
    `HostKey ${keys.hostKeyFile}`,
    `AuthorizedKeysFile ${keys.clientKeyFile}.pub`,
    'PidFile none',
    // The keys lie below the world-writable temp directory.
    'StrictModes no',
    'UsePAM no',
    'PasswordAuthentication no',
    'PermitRootLogin prohibit-password',
  ];
  await writeFile(file, `${lines.join('\n')}\n`);
  return file;
}
