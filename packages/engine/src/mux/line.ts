import { connect, type Socket } from 'node:net';
import { systemErrorText } from '../system-error.ts';
import { framePacket, PacketCutter } from './framing.ts';
import { decodeAnswer, decodeHello, encodeHello, MUX_VERSION, type MuxAnswer } from './messages.ts';
import { isMuxError, MuxError } from './mux-error.ts';

/** Whoever uses a line. */
export interface LineListener {
  /** ssh has greeted, in a version that is understood. */
  greeted(): void;
  /** An answer of ssh; what is thrown here ends the line. */
  heard(answer: MuxAnswer): void;
  /** Nothing more will be heard. The error is made for those only who ask: it takes its stack along, which is dear. */
  ended(reason: () => MuxError): void;
}

/** Nobody listens at the path: ssh has not logged in yet, or is no master, or has gone. */
const NOBODY_THERE: ReadonlySet<unknown> = new Set(['ENOENT', 'ECONNREFUSED']);

/** In bytes: what fits into a `sockaddr_un`. */
export const LONGEST_SOCKET_PATH = process.platform === 'linux' ? 107 : 103;

const HELLO = framePacket(encodeHello());

/**
 * What has been read from any of the sockets, until it is heard, which is at once. Node would take 64 KiB for each piece, and a fleet
 * asks a hundred times a second.
 */
const READ = Buffer.alloc(4096);

/** One connection to the control socket of an ssh: frames go out, answers come in. */
export class MuxLine {
  readonly path: string;
  readonly #listener: LineListener;
  readonly #socket: Socket;
  readonly #cutter = new PacketCutter();
  #phase: 'connecting' | 'connected' | 'greeted' | 'ended' = 'connecting';

  /** Throws an `unreachable` for a path that cannot be. */
  constructor(path: string, listener: LineListener) {
    const fault = faultOf(path);
    if (fault !== undefined) throw new MuxError('unreachable', `control socket ${path}: ${fault}`);
    this.path = path;
    this.#listener = listener;
    const callback = (bytes: number) => {
      this.#hearPiece(READ.subarray(0, bytes));
      return true;
    };
    // Nothing is left to be read as a stream but its end.
    this.#socket = connect({ path, onread: { buffer: READ, callback } }).resume();
    this.#socket
      .once('connect', () => {
        if (this.#phase === 'connecting') this.#phase = 'connected';
      })
      .on('error', (error) => this.#end(this.#faultIn(error)))
      .once('close', () =>
        this.#end(() => new MuxError('closed', `ssh closed its control socket ${path}`)),
      )
      .write(HELLO);
  }

  /** Whether something can be asked. */
  get isGreeted(): boolean {
    return this.#phase === 'greeted';
  }

  /** Sends a frame; once the line has ended that is nothing. */
  send(frame: Buffer): void {
    if (this.#phase !== 'ended') this.#socket.write(frame);
  }

  /** Keeps no process alive any more. */
  unref(): void {
    this.#socket.unref();
  }

  /** Hangs up, and tells nobody. */
  close(): void {
    this.#phase = 'ended';
    this.#socket.destroy();
  }

  #hearPiece(piece: Buffer): void {
    try {
      for (const packet of this.#cutter.cut(piece)) {
        if (this.#phase === 'ended') return;
        if (this.#phase === 'greeted') this.#listener.heard(decodeAnswer(packet));
        else this.#hearHello(packet);
      }
    } catch (error) {
      this.#end(() => withPath(this.path, error));
    }
  }

  #hearHello(packet: Buffer): void {
    const { version } = decodeHello(packet);
    if (version !== MUX_VERSION) {
      const sentence = `version ${version} of the multiplexing protocol, not ${MUX_VERSION}`;
      throw new MuxError('wrong-version', sentence);
    }
    this.#phase = 'greeted';
    this.#listener.greeted();
  }

  #faultIn(error: NodeJS.ErrnoException): () => MuxError {
    const code = this.#phase === 'connecting' ? connectFault(error) : 'closed';
    const sentence = `control socket ${this.path}: ${systemErrorText(error)}`;
    return () => new MuxError(code, sentence, { cause: error });
  }

  #end(reason: () => MuxError): void {
    if (this.#phase === 'ended') return;
    this.close();
    this.#listener.ended(reason);
  }
}

// Node takes no path for a TCP port, and libuv cuts a long one off: both may reach somebody else.
function faultOf(path: string): string | undefined {
  if (path === '' || path.includes('\0')) return 'no path';
  return Buffer.byteLength(path) > LONGEST_SOCKET_PATH
    ? `longer than ${LONGEST_SOCKET_PATH} bytes`
    : undefined;
}

function connectFault({ code }: NodeJS.ErrnoException): 'no-master' | 'no-way' {
  return NOBODY_THERE.has(code) ? 'no-master' : 'no-way';
}

function withPath(path: string, error: unknown): MuxError {
  const { code, message } = isMuxError(error) ? error : new MuxError('bad-message', String(error));
  return new MuxError(code, `control socket ${path}: ${message}`, { cause: error });
}
