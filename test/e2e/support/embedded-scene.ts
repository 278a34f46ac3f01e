import {
  type EmbeddedServer,
  type EmbeddedServerOptions,
  type FaultyLine,
  startEmbeddedServer,
  startFaultyLine,
} from '@holdfast/demo';
import { openReadPort, type ReadPort } from './read-port.ts';
import { endAllSsh, type RealSsh, startSsh } from './real-ssh.ts';
import { endAllConversations } from './tcp-conversation.ts';

/** For `expect.poll`: waits long on a busy machine, and not at all on an idle one. */
export const PATIENT = { timeout: 90_000, interval: 25 };

const ECHO_PORT = 7;

const endings: (() => Promise<void>)[] = [];

/** Ends every server, line, ssh and connection of a test. For `afterEach`. */
export async function endScene(): Promise<void> {
  endAllConversations();
  await endAllSsh();
  for (const end of endings.splice(0).reverse()) await end();
}

/** Starts an embedded server with an echo service. */
export async function startServer(options: EmbeddedServerOptions = {}): Promise<EmbeddedServer> {
  const services = { [ECHO_PORT]: (stream: NodeJS.ReadWriteStream) => void stream.pipe(stream) };
  const server = await startEmbeddedServer({ services, ...options });
  endings.push(() => server.close());
  return server;
}

/** Starts a faulty line to a server. */
export async function startLine(server: EmbeddedServer): Promise<FaultyLine> {
  const line = await startFaultyLine({ target: server });
  endings.push(() => line.close());
  return line;
}

/** Listens on a port of the machine. */
export async function startReadPort(port: number): Promise<ReadPort> {
  const readPort = await openReadPort(port);
  endings.push(() => readPort.close());
  return readPort;
}

/** Starts ssh to a server, with more options in front of its destination. */
export function sshTo(server: EmbeddedServer, ...options: readonly string[]): RealSsh {
  return startSsh([...server.clientArguments(), ...options, server.destination]);
}

/** Starts ssh to a server over a line. */
export function sshOver(
  line: FaultyLine,
  server: EmbeddedServer,
  ...options: readonly string[]
): RealSsh {
  return startSsh([...server.clientArguments(line.port), ...options, server.destination]);
}

/** The options that forward a port to the echo service of the server. */
export function forwardToEcho(port: number): string[] {
  return ['-N', '-L', `${port}:127.0.0.1:${ECHO_PORT}`];
}
