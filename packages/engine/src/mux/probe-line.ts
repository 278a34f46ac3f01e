import { framePacket } from './framing.ts';
import { MuxLine, type LineListener } from './line.ts';
import { encodeRequest, type MuxAnswer } from './messages.ts';
import { MuxError } from './mux-error.ts';
import { nextProbeNumber, NOT_ASKED, probeFrames } from './probe-frames.ts';

/** Whoever asks over a line. */
export interface ProbeListener {
  /** The line can be asked. */
  greeted(): void;
  /** The pid of ssh. */
  masterIs(pid: number): void;
  /** The answer to a probe, by its number. */
  answered(number: number, answer: MuxAnswer): void;
  /** Nothing more can be asked. */
  ended(reason: () => MuxError): void;
}

/** A forward that ssh was asked for and has not answered about, and what takes it back. */
interface Asked {
  readonly number: number;
  readonly close: Buffer;
}

/** What ssh says to the opening of a forward at a place that was named. */
const ANSWERS: ReadonlySet<MuxAnswer['type']> = new Set(['ok', 'failure', 'permission-denied']);

/** No array for each of hundreds of tunnels. */
const NOTHING: readonly Asked[] = [];

/**
 * A connection to the control socket of an ssh over which its server is asked whether it is there, as often as one likes: by a forward
 * that leads nowhere, and is taken back once it is granted, however late that is.
 *
 * By hand and without promises: hundreds of them are open in a fleet, each with a probe every few seconds.
 */
export class ProbeLine implements LineListener {
  #listener: ProbeListener | undefined;
  readonly #line: MuxLine;
  #asked = NOTHING;
  #masterId = NOT_ASKED;

  /** Throws as {@link MuxLine} does. */
  constructor(path: string, listener: ProbeListener) {
    this.#listener = listener;
    this.#line = new MuxLine(path, this);
  }

  /** Whether ssh has greeted, and has not hung up. */
  get isGreeted(): boolean {
    return this.#line.isGreeted;
  }

  /** Asks ssh for its pid. It answers by itself, also when its server is gone. */
  askMaster(): void {
    this.#masterId = nextProbeNumber();
    this.#line.send(framePacket(encodeRequest(this.#masterId, { type: 'alive-check' })));
  }

  /**
   * Asks the server.
   *
   * @param port - where it is asked to listen; 0: at a path that cannot be.
   * @returns the number of the probe.
   */
  askServer(port: number): number {
    const number = nextProbeNumber();
    const { open, close } = probeFrames(number, port);
    this.#asked = [...this.#asked, { number, close }];
    this.#line.send(open);
    return number;
  }

  /**
   * Hangs up, and tells nobody anything any more. While ssh waits for its server about a forward that would leave the forward behind: so
   * it lives on until then, keeps no process alive, and ends with ssh at the latest.
   */
  leave(): void {
    this.#listener = undefined;
    this.#line.unref();
    this.#closeIfSafe();
  }

  /**
   * Hangs up now, whatever is still unanswered: for an ssh that could not end as long as the line is there. What the server grants later
   * stays open at its end until ssh ends.
   */
  hangUp(): void {
    this.#listener = undefined;
    this.#line.close();
  }

  greeted(): void {
    this.#listener?.greeted();
  }

  heard(answer: MuxAnswer): void {
    if (answer.id === NOT_ASKED) return;
    if (answer.id === this.#masterId) return this.#hearOfMaster(answer);
    const asked = this.#asked.find(({ number }) => number === answer.id);
    if (asked === undefined || !ANSWERS.has(answer.type)) throw outOfPlace(answer);
    this.#asked = this.#asked.length === 1 ? NOTHING : this.#asked.filter((one) => one !== asked);
    if (answer.type === 'ok') this.#line.send(asked.close);
    this.#listener?.answered(asked.number, answer);
    this.#closeIfSafe();
  }

  ended(reason: () => MuxError): void {
    this.#listener?.ended(reason);
  }

  #hearOfMaster(answer: MuxAnswer): void {
    if (answer.type !== 'alive') throw outOfPlace(answer);
    this.#masterId = NOT_ASKED;
    this.#listener?.masterIs(answer.pid);
  }

  #closeIfSafe(): void {
    if (this.#listener === undefined && this.#asked.length === 0) this.#line.close();
  }
}

function outOfPlace({ type }: MuxAnswer): MuxError {
  return new MuxError('bad-message', `an answer that nobody asked for (${type})`);
}
