import { startFaultyLine, type FaultyLine } from './faulty-line.ts';
import { findFreePort } from './free-port.ts';
import { startEmbeddedServer } from './server/embedded-server.ts';
import type { EmbeddedServer } from './server/types.ts';

/** The port of the echo service at the server's end, which exists in memory only. */
export const ECHO_PORT = 7;

/** An SSH server with an echo service, and a line to it: all that a scene can break. */
export interface Stage {
  /** ssh's arguments that lead over the present line to the server. */
  sshArguments(): string[];
  /** The server hangs up on everybody. */
  dropConnections(): void;
  /** What is connected now is carried no more and never hung up; new connections take another line. */
  freezeConnections(): Promise<void>;
  /** The server's port is closed, and every connection to it is gone. */
  refuseConnections(): Promise<void>;
  /** Ends the refusing. */
  acceptConnections(): Promise<void>;
  /** Ends everything, and deletes the keys. */
  close(): Promise<void>;
}

/** Sets the stage, on loopback ports only. */
export async function setStage(): Promise<Stage> {
  const server = await startEmbeddedServer({
    services: { [ECHO_PORT]: (stream) => void stream.pipe(stream) },
  });
  const lines: FaultyLine[] = [];
  const close = async () => {
    await Promise.all(lines.map((line) => line.close()));
    await server.close();
  };
  try {
    lines.unshift(await startLine(server));
  } catch (error) {
    await close();
    throw error;
  }
  const present = () => lines[0] as FaultyLine;
  return {
    sshArguments: () => server.clientArguments(present().port).concat(server.destination),
    dropConnections: () => server.dropConnections(),
    async freezeConnections() {
      const next = await startLine(server);
      present().freeze();
      lines.unshift(next);
    },
    refuseConnections: () => present().refuse(),
    acceptConnections: () => present().accept(),
    close,
  };
}

async function startLine(server: EmbeddedServer): Promise<FaultyLine> {
  return startFaultyLine({ target: server, port: await findFreePort() });
}
