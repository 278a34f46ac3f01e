import type { HeartbeatEvent } from '@holdfast/machines';
import { monotonicMs } from '../clock.ts';
import { descendantsOf } from '../listeners/socket-holder.ts';
import type { MuxAnswer } from '../mux/messages.ts';
import { isMuxError, refusalSentence, type MuxError } from '../mux/mux-error.ts';
import { isOfServer } from '../mux/probe-frames.ts';
import { ProbeLine, type ProbeListener } from '../mux/probe-line.ts';
import { firstProbePlace, probePlaceAfter, type ProbePlace } from '../mux/probe-place.ts';
import { answered, impossible, missed, unsent } from './answers.ts';
import type { ProbeTarget } from './driver.ts';
import { dueResend, waitForResendMs } from './unacknowledged.ts';

/** How the ssh of a tunnel are asked. */
export interface MuxAskerSettings {
  readonly controlPath: string;
  readonly timeoutMs: number;
  /** Whether the connection is kept from probe to probe. */
  readonly isKept: boolean;
  /** Whether a refusal is an answer, though ssh writes a line about each. */
  readonly mayBeRefused: boolean;
}

type Tell = (answer: HeartbeatEvent) => void;

/** The probe that is out. */
interface Present {
  readonly pid: number | undefined;
  /** How long to wait; longer once it is known that TCP is about to send again. */
  timeoutMs: number;
  /** Whether the system was about to send something again when it was late. */
  wasDue: boolean;
  readonly tell: Tell;
  /** What it would mean if nothing more came. */
  silence: string;
  number: number | undefined;
  timer: NodeJS.Timeout | undefined;
  lookAgain: NodeJS.Timeout | undefined;
}

/** How soon to look again for a control socket that is not there yet. */
const LOOK_AGAIN_MS = 50;

/** An ssh that hangs up mostly ends, and then that says more than any probe. */
const ITS_END_MS = 1000;

/** A probe that waits less is asked again before anything ends of it. */
const PATIENT_MS = 4000;

/** Asks the ssh of one tunnel, one after the other, and one thing after the other. */
export class MuxAsker implements ProbeListener {
  readonly #settings: MuxAskerSettings;
  #line: ProbeLine | undefined;
  /** Whether it is the ssh that was meant that listens at the other end of the line. */
  #isChecked = false;
  #present: Present | undefined;
  /** The ssh that was reached last: a socket that is missing then is gone, and not yet to come. */
  #reached: { readonly pid: number | undefined } | undefined;
  #place: ProbePlace = firstProbePlace(Math.random());
  /** Whether the server of this ssh has ever answered. */
  #hasAnswered = false;
  /** When the first of the probes was sent that it has not answered yet. */
  #silentSinceMs: number | undefined;

  constructor(settings: MuxAskerSettings) {
    this.#settings = settings;
  }

  /** Asks; there is one answer, unless what is returned is called first. */
  ask({ pid, timeoutMs = this.#settings.timeoutMs }: ProbeTarget, tell: Tell): () => void {
    if (this.#reached !== undefined && this.#reached.pid !== pid) this.end();
    const silence = `ssh does not answer at its control socket ${this.#settings.controlPath}`;
    const present: Present = {
      pid,
      timeoutMs,
      wasDue: false,
      tell,
      silence,
      number: undefined,
      timer: setTimeout(this.#isLate, timeoutMs),
      lookAgain: undefined,
    };
    this.#present = present;
    this.#silentSinceMs ??= monotonicMs();
    if (this.#isChecked && this.#line?.isGreeted) this.#askServer();
    else this.#connect();
    return () => {
      if (this.#present === present) this.#finish();
    };
  }

  /** The ssh that was asked has ended. */
  readonly end = (): void => {
    if (this.#present !== undefined) this.#finish();
    this.#leaveLine();
    this.#reached = undefined;
    this.#hasAnswered = false;
    this.#silentSinceMs = undefined;
    this.#place = firstProbePlace(Math.random());
  };

  greeted(): void {
    const present = this.#present;
    if (present === undefined) return;
    if (present.pid === undefined) this.#reachedIt(present);
    else this.#line?.askMaster();
  }

  masterIs(pid: number): void {
    const present = this.#present;
    if (present === undefined) return;
    // What was started may be a script around ssh.
    const isIt = pid === present.pid || descendantsOf(present.pid!).includes(pid);
    if (isIt) return this.#reachedIt(present);
    const { controlPath } = this.#settings;
    const holder = `is held by pid ${pid}, not by ssh (pid ${present.pid})`;
    this.#leaveLine();
    this.#say(unsent(`control socket ${controlPath} ${holder}`));
  }

  answered(number: number, answer: MuxAnswer): void {
    const isGranted = answer.type === 'ok';
    const counts = isOfServer(answer);
    if (counts) {
      this.#hasAnswered = true;
      this.#silentSinceMs = undefined;
      this.#place = probePlaceAfter(this.#place, isGranted, Math.random());
    }
    if (this.#present?.number !== number) return;
    const mayCount = isGranted || this.#settings.mayBeRefused;
    const reason = 'reason' in answer ? answer.reason : '';
    this.#say(counts && mayCount ? answered : impossible(refusalSentence(reason)));
  }

  ended(reason: () => MuxError): void {
    this.#line = undefined;
    this.#isChecked = false;
    if (this.#present !== undefined) this.#judgeEnd(this.#present, reason());
  }

  #connect(): void {
    try {
      this.#leaveLine();
      this.#line = new ProbeLine(this.#settings.controlPath, this);
    } catch (error) {
      if (!isMuxError(error)) throw error;
      this.#say(impossible(error.message));
    }
  }

  #reachedIt(present: Present): void {
    this.#reached = { pid: present.pid };
    this.#isChecked = true;
    this.#askServer();
  }

  #askServer(): void {
    this.#present!.silence = 'the server does not answer';
    this.#present!.number = this.#line!.askServer(this.#place.port);
  }

  #judgeEnd(present: Present, { code, message }: MuxError): void {
    switch (code) {
      case 'no-master':
        if (this.#reached !== undefined) return this.#say(unsent(message));
        present.silence = `${message}: ssh has not logged in yet, or is not a master`;
        present.lookAgain = setTimeout(() => this.#connect(), LOOK_AGAIN_MS);
        return;
      case 'no-way':
        return this.#say(unsent(message));
      case 'closed':
        clearTimeout(present.timer);
        present.timer = setTimeout(() => this.#say(unsent(message)), ITS_END_MS);
        return;
      default:
        return this.#say(impossible(message));
    }
  }

  /** What has come meanwhile is heard first: this process may have been stopped, or busy. */
  readonly #isLate = (): void => {
    const present = this.#present;
    setImmediate(() => {
      if (present === undefined || present !== this.#present || this.#waitsOn(present)) return;
      this.#say(missed(`${present.silence} (waited ${present.timeoutMs} ms)`));
    });
  };

  /** Whether it is worth while to wait for what TCP is about to send again. */
  #waitsOn(present: Present): boolean {
    const { pid, wasDue, timeoutMs } = present;
    if (timeoutMs < PATIENT_MS || pid === undefined || !this.#hasAnswered) return false;
    const due = dueResend(pid);
    const silentMs = monotonicMs() - (this.#silentSinceMs ?? 0);
    const moreMs = waitForResendMs({ silentMs, due, wasDue });
    if (moreMs === undefined) return false;
    present.wasDue = due !== undefined;
    present.timeoutMs += moreMs;
    present.timer = setTimeout(this.#isLate, moreMs);
    return true;
  }

  #say(answer: HeartbeatEvent): void {
    const { tell } = this.#present!;
    if (answer.type !== 'heartbeat.missed') this.#silentSinceMs = undefined;
    this.#finish();
    tell(answer);
  }

  #finish(): void {
    clearTimeout(this.#present?.timer);
    clearTimeout(this.#present?.lookAgain);
    this.#present = undefined;
    if (!this.#settings.isKept || !this.#isChecked) this.#leaveLine();
  }

  #leaveLine(): void {
    const line = this.#line;
    this.#line = undefined;
    this.#isChecked = false;
    line?.leave();
  }
}
