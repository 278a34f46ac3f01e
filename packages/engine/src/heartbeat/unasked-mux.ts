import type { HeartbeatEvent } from '@holdfast/machines';
import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { Observable } from 'rxjs';
import type { MuxAnswer } from '../mux/messages.ts';
import { isMuxError, refusalSentence, type MuxErrorCode } from '../mux/mux-error.ts';
import { isOfServer } from '../mux/probe-frames.ts';
import { firstProbePlace, probePlaceAfter, type ProbePlace } from '../mux/probe-place.ts';
import type { RequestOptions } from '../mux/waiter.ts';
import { answered, impossible, missed, unsent } from './answers.ts';
import type { HeartbeatDriver, ProbeTarget } from './driver.ts';
import { MuxTalk } from './mux-talk.ts';
import { endWithSession, type IsOver } from './session-end.ts';
import type { FreePath } from './socket-place.ts';
import { hasUnacknowledged } from './unacknowledged.ts';

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
  /**
   * Looks for the session of an ssh, which does not end by itself as long as its server owes an answer. An ssh whose session cannot be seen
   * is not asked. Absent where ssh ends all the same.
   */
  readonly sessionOf?: ((path: string, pid: number | undefined) => IsOver | undefined) | undefined;
  /** Whether ssh writes no lines of its own (-q). */
  readonly isQuiet: boolean;
  /** Whether an ssh that has not logged in has had time enough for it. */
  readonly isLoginOverdue: () => boolean;
  /** Told at the end of an ssh that was asked: whether its server took probes, or ssh ended at one, or was given up, and had answered none. */
  readonly tellTaken: (isTaken: boolean) => void;
}

/** How long ssh itself may take to say that it is there. */
const GREETING_MS = 2000;

/** An ssh that ends closes its socket first: its end is to be heard before that. */
const END_MS = 500;

/** How long a session's end may be delayed at a server that has never answered, and so may be one that answers nothing of the kind. */
const MOMENT_MS = 3000;

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
 * @see docs/rules.md, HB-13 to HB-18; docs/decisions/0013-the-heartbeat-nobody-asked-for.md
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
  #talk: MuxTalk | undefined;
  /** Where the server of the present ssh is asked to listen. */
  #asksFor: { readonly path: string; place: ProbePlace } | undefined;

  /** Whether the server has ever answered: then its silence means something. */
  #isTaken = false;
  /** What the present ssh was asked: whether it answered, or not yet. */
  #life: 'not-asked' | 'asked' | 'answered' = 'not-asked';
  /** Stops waiting for the end of a session whose ssh was asked something. */
  #leaveSession = nothing;

  constructor(settings: UnaskedMuxSettings) {
    this.#settings = settings;
  }

  /** The ssh that was asked has ended. */
  end(): void {
    if (this.#life !== 'not-asked') this.#settings.tellTaken(this.#life === 'answered');
    this.#life = 'not-asked';
    this.#leaveSession();
    this.#talk?.hangUp();
    this.#talk = undefined;
  }

  async ask(target: ProbeTarget, signal: AbortSignal): Promise<HeartbeatEvent> {
    const place = this.#settings.place();
    if ('problem' in place) return impossible(place.problem);
    const { path } = place;
    let talk: MuxTalk;
    try {
      talk = await this.#reach(path, signal);
    } catch (error) {
      return this.#unreached(error, path, target);
    }
    const answer = this.#canEnd(path, target)
      ? await this.#question(talk, target, signal)
      : impossible(UNSEEN);
    const isToBeKept = answer.type === 'heartbeat.answered' && !this.#settings.hasSession;
    if (!isToBeKept) this.#talk = undefined;
    if (answer.type !== 'heartbeat.answered' || signal.aborted) talk.hangUp();
    // What was granted is taken back first.
    else if (!isToBeKept) talk.leave();
    return answer;
  }

  /** Sees to it that the session of an ssh will end when it ends, whatever becomes of the question. */
  #canEnd(path: string, { pid }: ProbeTarget): boolean {
    const { sessionOf } = this.#settings;
    if (sessionOf === undefined) return true;
    this.#leaveSession();
    const isOver = sessionOf(path, pid);
    this.#leaveSession = isOver === undefined ? nothing : endWithSession(path, isOver);
    return isOver !== undefined;
  }

  async #reach(path: string, signal: AbortSignal): Promise<MuxTalk> {
    if (this.#talk?.path === path && this.#talk.isOpen) return this.#talk;
    this.#talk?.hangUp();
    this.#talk = await MuxTalk.open(path, { timeoutMs: GREETING_MS, signal });
    return this.#talk;
  }

  async #question(
    talk: MuxTalk,
    { pid }: ProbeTarget,
    signal: AbortSignal,
  ): Promise<HeartbeatEvent> {
    const { timeoutMs, hasSession } = this.#settings;
    const wholeMs = 2 * timeoutMs;
    const isDoubtful = hasSession && !this.#isTaken;
    const firstMs = isDoubtful ? Math.min(MOMENT_MS, wholeMs) : wholeMs;
    if (this.#life === 'not-asked') this.#life = 'asked';
    let answer = await this.#try(talk, { timeoutMs: firstMs, signal });
    if (answer === undefined && isDoubtful) {
      if (!hasUnacknowledged(pid)) return this.#untaken();
      if (wholeMs > firstMs)
        answer = await this.#try(talk, { timeoutMs: wholeMs - firstMs, signal });
    }
    if (answer !== undefined) return answer;
    return (await isThere(talk.path, signal))
      ? missed(`the server does not answer (waited ${wholeMs} ms)`)
      : unsent(STOPPED);
  }

  /** Goes on without, which has cost nothing: the next ssh is asked again. */
  #untaken(): HeartbeatEvent {
    this.#life = 'not-asked';
    return impossible(UNTAKEN);
  }

  /** Asks the server once; `undefined` if it is silent. */
  async #try(talk: MuxTalk, options: RequestOptions): Promise<HeartbeatEvent | undefined> {
    const { hasSession, isQuiet } = this.#settings;
    if (this.#asksFor?.path !== talk.path)
      this.#asksFor = { path: talk.path, place: firstProbePlace(Math.random()) };
    const asksFor = this.#asksFor;
    try {
      const answer = await talk.ask(asksFor.place.port, options);
      this.#isTaken = true;
      this.#life = 'answered';
      this.#leaveSession();
      if (!isOfServer(answer)) return impossible(refusalOf(answer));
      const isGranted = answer.type === 'ok';
      asksFor.place = probePlaceAfter(asksFor.place, isGranted, Math.random());
      return isGranted || !hasSession || isQuiet ? answered : impossible(REFUSED);
    } catch (error) {
      if (!isMuxError(error)) throw error;
      if (FOR_GOOD.has(error.code)) return impossible(error.message);
      return error.code === 'timed-out' ? undefined : this.#afterItsEnd(error.message);
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

function refusalOf(answer: MuxAnswer): string {
  return refusalSentence('reason' in answer ? answer.reason : '');
}

const REFUSED = 'the server refuses what a probe asks for, and ssh writes a line for each refusal';
const UNTAKEN = 'the server gets what a probe asks for, and does not answer';
const UNSEEN = 'the system does not show when the session of ssh ends';
const STOPPED = 'ssh itself does not answer at its control socket: it is stopped, or busy';

function nothing(): void {
  // There is no session to wait for.
}

/** Whether ssh itself answers, whatever its server does. */
async function isThere(path: string, signal: AbortSignal): Promise<boolean> {
  try {
    (await MuxTalk.open(path, { timeoutMs: GREETING_MS, signal })).hangUp();
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
