import { randomUUID } from 'node:crypto';
import type { ForwardEnds } from '../forward/forward.ts';
import { MuxConnection } from './connection.ts';
import type { MuxAnswer, MuxRequest } from './messages.ts';
import { isMuxError, MuxError, refusalSentence } from './mux-error.ts';
import { SERVER_SAID_NO } from './probe-frames.ts';
import { firstProbePlace } from './probe-place.ts';
import type { RequestOptions } from './waiter.ts';

/**
 * A client of a running ssh, over its control socket.
 *
 * Every request rejects with a `MuxError`: soon after its time-out or its signal, and at once when the connection ends.
 */
export interface MuxClient {
  /** Fulfilled when no more can be asked, with the reason. */
  readonly ended: Promise<MuxError>;
  /**
   * Asks the server whether it is there, by a forward that leads nowhere and is taken back at once.
   *
   * Both answers are the server's own and prove that it lives. They cost 172 bytes on the wire, and a refusal costs one line on
   * ssh's stderr. Rejects with `refused` if it was ssh itself that said no.
   */
  probe(options: RequestOptions): Promise<'granted' | 'refused'>;
  /** The pid of ssh. It answers by itself, also when its server is gone: this proves nothing about the connection. */
  masterPid(options: RequestOptions): Promise<number>;
  /**
   * Opens a forward, and returns the port if the server was to choose it.
   *
   * Rejects with `bad-forward` also for a socket path with `%` or `${...}` in it: only a starting ssh fills those in. A forward that is
   * granted only after the time-out or signal is taken back. One that is open already counts as opened.
   */
  openForward(forward: ForwardEnds, options: RequestOptions): Promise<number | undefined>;
  /**
   * Closes a forward, also one of the command line; it has to be described as it was when it was opened, so with port 0 if the server
   * chose. What is connected through it stays connected.
   */
  closeForward(forward: ForwardEnds, options: RequestOptions): Promise<void>;
  /** Ends ssh. */
  terminate(options: RequestOptions): Promise<void>;
  /** Ends the connection: ssh and its forwards stay. */
  close(): void;
}

/**
 * Connects to the control socket of an ssh (`ssh -M -S path`), which is there as soon as ssh has logged in.
 *
 * @example
 * const client = await connectMux('/run/user/1000/db.sock', { timeoutMs: 1000 });
 * const reading = parseForward('local', '5432:db:5432');
 * if ('value' in reading) await client.openForward(reading.value, { timeoutMs: 5000 });
 * client.close();
 */
export async function connectMux(path: string, options: RequestOptions): Promise<MuxClient> {
  const connection = await MuxConnection.open(path, options);
  const ask: Ask = async (request, waiting) => accept(await connection.ask(request, waiting));
  return {
    get ended() {
      return connection.whenEnded;
    },
    probe: (waiting) => probe(connection, ask, waiting),
    async masterPid(waiting) {
      const answer = await ask({ type: 'alive-check' }, waiting);
      return (answer as MuxAnswer & { type: 'alive' }).pid;
    },
    async openForward(forward, waiting) {
      const answer = await ask({ type: 'open-forward', forward }, waiting);
      return answer.type === 'remote-port' ? answer.port : undefined;
    },
    async closeForward(forward, waiting) {
      await ask({ type: 'close-forward', forward }, waiting);
    },
    terminate: (waiting) => terminate(connection, ask, waiting),
    close: () => connection.close(),
  };
}

type Ask = (request: MuxRequest, waiting: RequestOptions) => Promise<MuxAnswer>;

function accept(answer: MuxAnswer): MuxAnswer {
  switch (answer.type) {
    case 'failure':
      throw refusal('refused', answer.reason);
    case 'permission-denied':
      throw refusal('permission-denied', answer.reason);
    default:
      return answer;
  }
}

function refusal(code: 'refused' | 'permission-denied', reason: string): MuxError {
  return new MuxError(code, refusalSentence(reason), { answer: reason });
}

async function probe(
  connection: MuxConnection,
  ask: Ask,
  waiting: RequestOptions,
): Promise<'granted' | 'refused'> {
  const forward = forwardToNowhere();
  try {
    await ask({ type: 'open-forward', forward }, waiting);
  } catch (error) {
    if (!isMuxError(error) || error.code !== 'refused') throw error;
    if (!error.answer?.startsWith(SERVER_SAID_NO)) throw error;
    return 'refused';
  }
  // The answer is known: nobody need wait until the forward is gone.
  connection.tell({ type: 'close-forward', forward });
  return 'granted';
}

/**
 * A forward that no other is like, since ssh answers for one it has already by itself. Whoever connects to it at the far end before it
 * is taken back reaches nothing: no file can be at its path.
 */
function forwardToNowhere(): ForwardEnds {
  return {
    kind: 'remote',
    listen: { kind: 'tcp', address: '127.0.0.1', port: firstProbePlace(Math.random()).port },
    target: { kind: 'unix', path: `/dev/null/holdfast/${randomUUID()}` },
  };
}

// OpenSSH ends before the answer is on its way: its end is the answer.
async function terminate(
  { whenEnded }: MuxConnection,
  ask: Ask,
  waiting: RequestOptions,
): Promise<void> {
  const before = await Promise.race([whenEnded, Promise.resolve(undefined)]);
  if (before !== undefined) throw before;
  try {
    await ask({ type: 'terminate' }, waiting);
  } catch (error) {
    if (!isMuxError(error) || error.code !== 'closed') throw error;
  }
}
