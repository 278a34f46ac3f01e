import { framePacket } from './framing.ts';
import { MuxLine, type LineListener } from './line.ts';
import { encodeRequest, type MuxAnswer, type MuxRequest } from './messages.ts';
import { MuxError } from './mux-error.ts';
import { createWaiter, type RequestOptions, type Waiter } from './waiter.ts';

interface Question {
  readonly request: MuxRequest;
  readonly waiter: Pick<Waiter<MuxAnswer>, 'resolve' | 'reject'>;
}

const NOBODY: Pick<Waiter<MuxAnswer>, 'resolve' | 'reject'> = {
  resolve: () => false,
  reject: () => undefined,
};

/**
 * A connection to the control socket of an ssh: questions go out, answers come back by their numbers.
 *
 * Whoever hangs up while ssh waits for its server about a forward leaves that forward behind: it is granted later, and nobody knows. So a
 * closed connection lives on, unseen, until what was asked about forwards is answered, and what was granted too late is taken back. It
 * keeps no process alive, and ends with ssh at the latest.
 *
 * @see https://github.com/openssh/openssh-portable/blob/V_9_2_P1/mux.c `mux_confirm_remote_forward()`
 */
export class MuxConnection implements LineListener {
  readonly #path: string;
  readonly #line: MuxLine;
  readonly #hello: Waiter<void>;
  readonly #questions = new Map<number, Question>();
  #lastId = 0;
  /** Why no more can be asked. An error takes its stack along, which is dear, so it is made for those only who ask. */
  #end: (() => MuxError) | undefined;
  #ended: { readonly promise: Promise<MuxError>; tell(error: MuxError): void } | undefined;

  /** Connects to the socket at a path; fulfilled when ssh has answered there. */
  static async open(path: string, options: RequestOptions): Promise<MuxConnection> {
    const connection = new MuxConnection(path, options);
    try {
      await connection.#hello.promise;
    } catch (error) {
      connection.close();
      throw error;
    }
    return connection;
  }

  private constructor(path: string, options: RequestOptions) {
    this.#path = path;
    this.#line = new MuxLine(path, this);
    this.#hello = createWaiter(options);
  }

  /** Fulfilled when no more can be asked, with the reason. */
  get whenEnded(): Promise<MuxError> {
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
    this.#line.unref();
    this.#leave();
  }

  #encode(request: MuxRequest): [id: number, packet: Buffer] {
    this.#lastId = (this.#lastId + 1) >>> 0;
    return [this.#lastId, encodeRequest(this.#lastId, request)];
  }

  #post(id: number, packet: Buffer, question: Question): void {
    this.#questions.set(id, question);
    this.#line.send(framePacket(packet));
  }

  #postUnheard(request: MuxRequest): void {
    const [id, packet] = this.#encode(request);
    this.#post(id, packet, { request, waiter: NOBODY });
  }

  /** @internal */
  greeted(): void {
    this.#hello.resolve();
  }

  /** @internal */
  heard(answer: MuxAnswer): void {
    const question = this.#questions.get(answer.id);
    if (question === undefined || !isAnswerTo(question.request, answer)) {
      throw new MuxError('bad-message', `an answer that nobody asked for (${answer.type})`);
    }
    this.#questions.delete(answer.id);
    if (!question.waiter.resolve(answer)) this.#takeBack(question.request, answer);
    this.#leave();
  }

  /** @internal */
  ended(reason: () => MuxError): void {
    this.#finish(reason);
    this.#questions.clear();
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

  /** Hangs up, once that is asked for and safe. */
  #leave(): void {
    const isSafe = [...this.#questions.values()].every(({ request }) => !('forward' in request));
    if (this.#end !== undefined && isSafe) this.#line.close();
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
