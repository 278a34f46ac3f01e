import type { HeartbeatEvent } from '@holdfast/machines';
import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { Observable } from 'rxjs';
import type { MuxAnswer } from '../mux/messages.ts';
import { isMuxError, refusalSentence, type MuxError, type MuxErrorCode } from '../mux/mux-error.ts';
import { isOfServer } from '../mux/probe-frames.ts';
import { ProbeLine, type ProbeListener } from '../mux/probe-line.ts';
import { firstProbePlace, probePlaceAfter, type ProbePlace } from '../mux/probe-place.ts';
import { createWaiter, type RequestOptions, type Waiter } from '../mux/waiter.ts';
import { answered, impossible, missed, unsent } from './answers.ts';
import type { HeartbeatDriver, ProbeTarget } from './driver.ts';
import type { FreePath } from './socket-place.ts';

/** What the heartbeat that nobody asked for needs. */
export interface UnaskedMuxSettings {
  /** Where the present ssh listens, or why it does not. */
  readonly place: () => FreePath;
  /** How long one try may take; there are two before the probe counts as missed (docs/rules.md, HB-6 and HB-10). */
  readonly timeoutMs: number;
  /**
   * Whether ssh has a session of its own. An open control connection would keep such an ssh from ending, and its stderr is not ours, where
   * it writes a line for each probe that the server refuses: so each probe has a connection of its own, and the first refusal is the last.
   */
  readonly hasSession: boolean;
  /** Whether ssh writes no lines of its own (-q). */
  readonly isQuiet: boolean;
  /** Whether an ssh that has not logged in has had time enough for it. */
  readonly isLoginOverdue: () => boolean;
}

/** How long ssh itself may take to say that it is there. */
const GREETING_MS = 2000;

/** An ssh that ends closes its socket first: its end is to be heard before that. */
const END_MS = 500;

/** What no later probe could find otherwise. */
const FOR_GOOD: ReadonlySet<MuxErrorCode> = new Set<MuxErrorCode>([
  'wrong-version',
  'bad-message',
  'unreachable',
]);

/**
 * The heartbeat over ssh's control socket for those who did not ask for one: as patient as autossh's loop, and in doubt it lets ssh live.
 *
 * Missed is a probe only if ssh itself is there and its server is silent. What has not left this machine proves nothing: not an ssh that
 * is stopped, nor one that has not logged in because somebody still types a password.
 *
 * @see docs/rules.md, HB-13 to HB-16; docs/decisions/0013-the-heartbeat-nobody-asked-for.md
 */
export function createUnaskedMuxDriver(settings: UnaskedMuxSettings): HeartbeatDriver {
  const asker = new Asker(settings);
  return {
    probe: (target) =>
      new Observable((subscriber) => {
        const giveUp = new AbortController();
        void asker.ask(target, giveUp.signal).then((answer) => {
          subscriber.next(answer);
          subscriber.complete();
        });
        return () => giveUp.abort();
      }),
    end: () => asker.end(),
  };
}

class Asker {
  readonly #settings: UnaskedMuxSettings;
  /** The connection that is kept, and to which ssh it leads. */
  #talk: Talk | undefined;
  /** Where the server of the present ssh is asked to listen. */
  #asksFor: { readonly path: string; place: ProbePlace } | undefined;

  constructor(settings: UnaskedMuxSettings) {
    this.#settings = settings;
  }

  /** The ssh that was asked has ended. */
  end(): void {
    this.#talk?.hangUp();
    this.#talk = undefined;
  }

  async ask(target: ProbeTarget, signal: AbortSignal): Promise<HeartbeatEvent> {
    const place = this.#settings.place();
    if ('problem' in place) return impossible(place.problem);
    const { path } = place;
    let talk: Talk;
    try {
      talk = await this.#reach(path, signal);
    } catch (error) {
      return this.#unreached(error, path, target);
    }
    const answer = await this.#question(talk, signal);
    const isToBeKept = answer.type === 'heartbeat.answered' && !this.#settings.hasSession;
    if (!isToBeKept) this.#talk = undefined;
    if (answer.type !== 'heartbeat.answered' || signal.aborted) talk.hangUp();
    // What was granted is taken back first.
    else if (!isToBeKept) talk.leave();
    return answer;
  }

  async #reach(path: string, signal: AbortSignal): Promise<Talk> {
    if (this.#talk?.path === path && this.#talk.isOpen) return this.#talk;
    this.#talk?.hangUp();
    this.#talk = await Talk.open(path, { timeoutMs: GREETING_MS, signal });
    return this.#talk;
  }

  async #question(talk: Talk, signal: AbortSignal): Promise<HeartbeatEvent> {
    const { timeoutMs, hasSession, isQuiet } = this.#settings;
    if (this.#asksFor?.path !== talk.path)
      this.#asksFor = { path: talk.path, place: firstProbePlace(Math.random()) };
    const asksFor = this.#asksFor;
    try {
      const answer = await talk.ask(asksFor.place.port, { timeoutMs: 2 * timeoutMs, signal });
      if (!isOfServer(answer)) return impossible(refusalOf(answer));
      const isGranted = answer.type === 'ok';
      asksFor.place = probePlaceAfter(asksFor.place, isGranted, Math.random());
      return isGranted || !hasSession || isQuiet ? answered : impossible(REFUSED);
    } catch (error) {
      if (!isMuxError(error)) throw error;
      if (FOR_GOOD.has(error.code)) return impossible(error.message);
      if (error.code !== 'timed-out') return this.#afterItsEnd(error.message);
      return (await isThere(talk.path, signal))
        ? missed(`the server does not answer (waited ${2 * timeoutMs} ms)`)
        : unsent(STOPPED);
    }
  }

  async #unreached(error: unknown, path: string, { pid }: ProbeTarget): Promise<HeartbeatEvent> {
    if (!isMuxError(error)) throw error;
    if (FOR_GOOD.has(error.code)) return impossible(error.message);
    if (error.code === 'timed-out') return unsent(STOPPED);
    if (error.code !== 'no-master' || listensAt(path, pid) !== false)
      return this.#afterItsEnd(error.message);
    return this.#settings.isLoginOverdue()
      ? missed('ssh has not logged in')
      : unsent('ssh has not logged in yet');
  }

  async #afterItsEnd(reason: string): Promise<HeartbeatEvent> {
    await wait(END_MS);
    return unsent(reason);
  }
}

/** A connection to one ssh, over which one question at a time is asked. */
class Talk implements ProbeListener {
  readonly path: string;
  readonly #line: ProbeLine;
  readonly #greeting: Waiter<void>;
  #question: Waiter<MuxAnswer> | undefined;

  /** Rejects with a {@link MuxError}, also if ssh does not greet in time. */
  static async open(path: string, options: RequestOptions): Promise<Talk> {
    const talk = new Talk(path, options);
    try {
      await talk.#greeting.promise;
    } catch (error) {
      talk.hangUp();
      throw error;
    }
    return talk;
  }

  private constructor(path: string, options: RequestOptions) {
    this.path = path;
    this.#line = new ProbeLine(path, this);
    this.#greeting = createWaiter(options);
  }

  get isOpen(): boolean {
    return this.#line.isGreeted;
  }

  ask(port: number, options: RequestOptions): Promise<MuxAnswer> {
    this.#question = createWaiter(options);
    this.#line.askServer(port);
    return this.#question.promise;
  }

  leave(): void {
    this.#line.leave();
  }

  hangUp(): void {
    this.#line.hangUp();
  }

  greeted(): void {
    this.#greeting.resolve();
  }

  masterIs(): void {
    // Nobody asked: who listens at a path that only this ssh was given is this ssh, or was started by it.
  }

  answered(_number: number, answer: MuxAnswer): void {
    this.#question?.resolve(answer);
  }

  ended(reason: () => MuxError): void {
    this.#greeting.reject(reason);
    this.#question?.reject(reason);
  }
}

function refusalOf(answer: MuxAnswer): string {
  return refusalSentence('reason' in answer ? answer.reason : '');
}

const REFUSED = 'the server refuses what a probe asks for, and ssh writes a line for each refusal';
const STOPPED = 'ssh itself does not answer at its control socket: it is stopped, or busy';

/** Whether ssh itself answers, whatever its server does. */
async function isThere(path: string, signal: AbortSignal): Promise<boolean> {
  try {
    (await Talk.open(path, { timeoutMs: GREETING_MS, signal })).hangUp();
    return true;
  } catch {
    return false;
  }
}

/**
 * Whether ssh listens at a path, also if its file is gone: then it has logged in. `undefined` where the system does not tell.
 *
 * The system knows a socket by the name under which it was made, which ssh made longer.
 */
function listensAt(path: string, pid: number | undefined): boolean | undefined {
  try {
    return readFileSync(`/proc/${pid ?? 'self'}/net/unix`, 'latin1').includes(` ${path}.`);
  } catch {
    return undefined;
  }
}
