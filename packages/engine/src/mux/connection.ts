import { connect, type Socket } from 'node:net';
import { systemErrorText } from '../system-error.ts';
import { framePacket, PacketCutter } from './framing.ts';
import {
  decodeAnswer,
  decodeHello,
  encodeHello,
  encodeRequest,
  MUX_VERSION,
  type MuxAnswer,
  type MuxRequest,
} from './messages.ts';
import { isMuxError, MuxError } from './mux-error.ts';
import { createWaiter, type RequestOptions, type Waiter } from './waiter.ts';

interface Question {
  readonly request: MuxRequest;
  readonly waiter: Pick<Waiter<MuxAnswer>, 'resolve' | 'reject'>;
}

const NOBODY: Pick<Waiter<MuxAnswer>, 'resolve' | 'reject'> = {
  resolve: () => false,
  reject: () => undefined,
};

/** Nobody can be reached at the path now; somebody may be later. */
const NOT_NOW: ReadonlySet<unknown> = new Set([
  'ENOENT',
  'ECONNREFUSED',
  'EAGAIN',
  'EMFILE',
  'ENFILE',
]);

/** In bytes: what fits into a `sockaddr_un`. */
export const LONGEST_SOCKET_PATH = process.platform === 'linux' ? 107 : 103;

/**
 * A connection to the control socket of an ssh: questions go out, answers come back by their numbers.
 *
 * Whoever hangs up while ssh waits for its server about a forward leaves that forward behind: it is granted later, and nobody knows. So a
 * closed connection lives on, unseen, until what was asked about forwards is answered, and what was granted too late is taken back. It
 * keeps no process alive, and ends with ssh at the latest.
 *
 * @see https://github.com/openssh/openssh-portable/blob/V_9_2_P1/mux.c `mux_confirm_remote_forward()`
 */
export class MuxConnection {
  readonly #path: string;
  readonly #socket: Socket;
  readonly #cutter = new PacketCutter();
  readonly #hello: Waiter<void>;
  readonly #questions = new Map<number, Question>();
  #hasHello = false;
  #lastId = 0;
  /** Why no more can be asked. An error takes its stack along, which is dear, so it is made for those only who ask. */
  #end: (() => MuxError) | undefined;
  #ended: { readonly promise: Promise<MuxError>; tell(error: MuxError): void } | undefined;

  /** Connects to the socket at a path; fulfilled when ssh has answered there. */
  static async open(path: string, options: RequestOptions): Promise<MuxConnection> {
    const socket = openSocket(path, (piece) => connection.#hearPiece(piece));
    const connection = new MuxConnection(path, socket, options);
    try {
      await connection.#hello.promise;
    } catch (error) {
      connection.close();
      throw error;
    }
    return connection;
  }

  private constructor(path: string, socket: Socket, options: RequestOptions) {
    this.#path = path;
    this.#socket = socket;
    this.#hello = createWaiter(options);
    let isConnected = false;
    socket
      .on('error', (error) =>
        this.#fail(() => (isConnected ? lost(path, error) : unreachable(path, error))),
      )
      .once('close', () =>
        this.#fail(() => new MuxError('closed', `ssh closed its control socket ${path}`)),
      )
      .once('connect', () => (isConnected = true))
      .write(framePacket(encodeHello()));
  }

  /** Fulfilled when no more can be asked, with the reason. */
  get ended(): Promise<MuxError> {
    if (this.#ended === undefined) {
      let tell: (error: MuxError) => void = () => undefined;
      this.#ended = { promise: new Promise((resolve) => (tell = resolve)), tell };
      if (this.#end !== undefined) tell(this.#end());
    }
    return this.#ended.promise;
  }

  /** Asks, and waits for the answer. */
  async ask(request: MuxRequest, options: RequestOptions): Promise<MuxAnswer> {
    if (this.#end !== undefined) throw this.#end();
    if (options.signal?.aborted) return createWaiter<MuxAnswer>(options).promise;
    const [id, packet] = this.#encode(request);
    const waiter = createWaiter<MuxAnswer>(options);
    this.#post(id, packet, { request, waiter });
    return waiter.promise;
  }

  /** Asks, and nobody waits for the answer. */
  tell(request: MuxRequest): void {
    if (this.#end === undefined) this.#postUnheard(request);
  }

  /** Ends it: whoever waits is told. */
  close(): void {
    this.#finish(() => new MuxError('closed', `the connection to ${this.#path} was closed`));
    this.#socket.unref();
    this.#leave();
  }

  #encode(request: MuxRequest): [id: number, packet: Buffer] {
    this.#lastId = (this.#lastId + 1) >>> 0;
    return [this.#lastId, encodeRequest(this.#lastId, request)];
  }

  #post(id: number, packet: Buffer, question: Question): void {
    this.#questions.set(id, question);
    this.#socket.write(framePacket(packet));
  }

  #postUnheard(request: MuxRequest): void {
    const [id, packet] = this.#encode(request);
    this.#post(id, packet, { request, waiter: NOBODY });
  }

  #hearPiece(piece: Buffer): void {
    try {
      for (const packet of this.#cutter.cut(piece)) this.#hear(packet);
    } catch (error) {
      this.#fail(() => withPath(this.#path, error));
    }
    this.#leave();
  }

  #hear(packet: Buffer): void {
    if (!this.#hasHello) return this.#hearHello(packet);
    const answer = decodeAnswer(packet);
    const question = this.#questions.get(answer.id);
    if (question === undefined || !isAnswerTo(question.request, answer)) {
      throw new MuxError('bad-message', `an answer that nobody asked for (${answer.type})`);
    }
    this.#questions.delete(answer.id);
    if (!question.waiter.resolve(answer)) this.#takeBack(question.request, answer);
  }

  #hearHello(packet: Buffer): void {
    const { version } = decodeHello(packet);
    if (version !== MUX_VERSION) {
      const sentence = `version ${version} of the multiplexing protocol, not ${MUX_VERSION}`;
      throw new MuxError('wrong-version', sentence);
    }
    this.#hasHello = true;
    this.#hello.resolve();
  }

  /** Takes back what was granted to somebody who had stopped waiting. */
  #takeBack(request: MuxRequest, { type }: MuxAnswer): void {
    if (request.type !== 'open-forward' || (type !== 'ok' && type !== 'remote-port')) return;
    this.#postUnheard({ type: 'close-forward', forward: request.forward });
  }

  /** Nothing more is asked, and nobody waits any more. */
  #finish(reason: () => MuxError): void {
    if (this.#end === undefined) {
      this.#end = once(reason);
      this.#ended?.tell(this.#end());
    }
    this.#hello.reject(this.#end);
    for (const { waiter } of this.#questions.values()) waiter.reject(this.#end);
  }

  #fail(reason: () => MuxError): void {
    this.#finish(reason);
    this.#questions.clear();
    this.#socket.destroy();
  }

  /** Hangs up, once that is asked for and safe. */
  #leave(): void {
    const isSafe = [...this.#questions.values()].every(({ request }) => !('forward' in request));
    if (this.#end !== undefined && isSafe) this.#socket.destroy();
  }
}

/** One error for all who ask, made for the first of them. */
function once(make: () => MuxError): () => MuxError {
  let made: MuxError | undefined;
  return () => (made ??= make());
}

function isAnswerTo(request: MuxRequest, { type }: MuxAnswer): boolean {
  if (type === 'failure' || type === 'permission-denied') return true;
  if (request.type === 'alive-check') return type === 'alive';
  const asksForPort =
    request.type === 'open-forward' &&
    request.forward.kind === 'remote' &&
    request.forward.listen.kind === 'tcp' &&
    request.forward.listen.port === 0;
  return type === (asksForPort ? 'remote-port' : 'ok');
}

/**
 * What has been read from any of the sockets, until it is heard, which is at once. Node would take 64 KiB for each piece, and a fleet
 * asks a hundred times a second.
 */
const READ = Buffer.alloc(4096);

function openSocket(path: string, hear: (piece: Buffer) => void): Socket {
  const fault = faultOf(path);
  if (fault !== undefined) throw new MuxError('unreachable', `control socket ${path}: ${fault}`);
  const callback = (bytes: number) => {
    hear(READ.subarray(0, bytes));
    return true;
  };
  // Nothing is left to be read as a stream but its end.
  return connect({ path, onread: { buffer: READ, callback } }).resume();
}

// Node takes no path for a TCP port, and libuv cuts a long one off: both may reach somebody else.
function faultOf(path: string): string | undefined {
  if (path === '' || path.includes('\0')) return 'no path';
  return Buffer.byteLength(path) > LONGEST_SOCKET_PATH
    ? `longer than ${LONGEST_SOCKET_PATH} bytes`
    : undefined;
}

function unreachable(path: string, error: unknown): MuxError {
  const isPassing = NOT_NOW.has((error as NodeJS.ErrnoException).code);
  const code = isPassing ? 'no-master' : 'unreachable';
  return new MuxError(code, `control socket ${path}: ${systemErrorText(error)}`, { cause: error });
}

function lost(path: string, error: unknown): MuxError {
  return new MuxError('closed', `control socket ${path}: ${systemErrorText(error)}`, {
    cause: error,
  });
}

function withPath(path: string, error: unknown): MuxError {
  const { code, message } = isMuxError(error) ? error : new MuxError('bad-message', String(error));
  return new MuxError(code, `control socket ${path}: ${message}`, { cause: error });
}
