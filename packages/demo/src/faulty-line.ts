import { connect, type Socket } from 'node:net';
import { Transform } from 'node:stream';
import { openPort, resetSocket } from './reopenable-port.ts';

/** What {@link startFaultyLine} takes. */
export interface FaultyLineOptions {
  /** Where the line leads. */
  readonly target: { readonly host: string; readonly port: number };
  /** @defaultValue any free port */
  readonly port?: number;
}

/** A TCP line on loopback that fails when told to. */
export interface FaultyLine {
  /** Where to connect to instead of the target. */
  readonly port: number;
  /** Connections that are on the line now. */
  readonly connections: number;
  /** Bytes carried so far from the side that connected to the target. */
  readonly bytesToTarget: number;
  /** Bytes carried so far from the target. */
  readonly bytesFromTarget: number;
  /** Carries nothing any more, not even the end of a connection; new connections get no answer. */
  freeze(): void;
  /** Carries again, beginning with all that was held back. */
  thaw(): void;
  /** Resets all connections on both sides. */
  cut(): void;
  /** Resets all connections and refuses new ones, until `accept`. */
  refuse(): Promise<void>;
  /** Listens again on the same port. */
  accept(): Promise<void>;
  /** Ends the line. */
  close(): Promise<void>;
}

/** Starts a relay to a target that can freeze, break and come back as real lines do. */
export async function startFaultyLine(options: FaultyLineOptions): Promise<FaultyLine> {
  const { target } = options;
  const gate = new Gate();
  const outgoing = new Set<Socket>();
  const bytes = { toTarget: 0, fromTarget: 0 };

  const port = await openPort({
    port: options.port,
    allowHalfOpen: true,
    onSocket: (client) => {
      gate.whenOpen(() => {
        if (client.destroyed) return;
        const server = connect({ ...target, allowHalfOpen: true, noDelay: true });
        outgoing.add(server);
        server.once('close', () => outgoing.delete(server));
        carry(client, server, gate, (count) => (bytes.toTarget += count));
        carry(server, client, gate, (count) => (bytes.fromTarget += count));
      });
    },
  });
  const cut = () => {
    port.reset();
    for (const socket of outgoing) resetSocket(socket);
  };
  const refuse = async () => {
    const closed = port.close();
    cut();
    await closed;
  };

  return {
    port: port.port,
    get connections() {
      return outgoing.size;
    },
    get bytesToTarget() {
      return bytes.toTarget;
    },
    get bytesFromTarget() {
      return bytes.fromTarget;
    },
    freeze: () => gate.shut(),
    thaw: () => gate.open(),
    cut,
    refuse,
    accept: () => port.open(),
    close: refuse,
  };
}

/** What a frozen line holds back. */
class Gate {
  #isOpen = true;
  #waiting: (() => void)[] = [];

  whenOpen(pass: () => void): void {
    if (this.#isOpen) pass();
    else this.#waiting.push(pass);
  }

  shut(): void {
    this.#isOpen = false;
  }

  open(): void {
    this.#isOpen = true;
    for (const pass of this.#waiting.splice(0)) this.whenOpen(pass);
  }
}

function carry(from: Socket, to: Socket, gate: Gate, count: (bytes: number) => void): void {
  const held = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      gate.whenOpen(() => {
        count(chunk.length);
        done(null, chunk);
      });
    },
    flush: (done) => gate.whenOpen(() => done()),
  });
  from.on('error', () => undefined);
  from.once('close', () => {
    if (!from.readableEnded) gate.whenOpen(() => resetSocket(to));
  });
  from.pipe(held).pipe(to);
}
