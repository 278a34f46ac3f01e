import type { HeartbeatEvent } from '@holdfast/machines';
import { closeSync, openSync } from 'node:fs';
import { devNull } from 'node:os';
import { throwError, type Observable } from 'rxjs';
import { systemErrorText } from '../system-error.ts';
import type { ProbeTarget } from './driver.ts';

/** The message came back. */
export const answered: HeartbeatEvent = { type: 'heartbeat.answered' };

/** The message did not come back, and why. */
export function missed(reason: string): HeartbeatEvent {
  return { type: 'heartbeat.missed', reason };
}

/** This cannot be asked, now or later, and why. */
export function impossible(reason: string): HeartbeatEvent {
  return { type: 'heartbeat.impossible', reason };
}

/** The message never left this machine, and why. */
export function unsent(reason: string): HeartbeatEvent {
  return { type: 'heartbeat.unsent', reason };
}

/** What a probe over a forwarded port is that came to nothing before the far end could be silent to it. */
export interface Doubt {
  /**
   * One that is refused at once, on an ssh that never had one answered: missed, as any other; or impossible, and this ssh goes on without.
   * But if nobody listens at the port while ssh may still be logging in, the probe was not sent.
   *
   * Default: missed.
   *
   * @see docs/rules.md, HB-12.
   */
  readonly firstRefusal?: 'missed' | 'impossible' | undefined;
  /**
   * One for which this machine lacks something: not sent; or missed, as any other.
   *
   * Default: unsent.
   *
   * @see docs/rules.md, HB-11.
   */
  readonly lack?: 'missed' | 'unsent' | undefined;
}

/** What a probe is whose connection somebody refused, or closed at once. */
export function refused(
  reason: string,
  { firstRefusal }: Doubt,
  { hasAnswered }: ProbeTarget,
): HeartbeatEvent {
  const isFirst = firstRefusal === 'impossible' && hasAnswered === false;
  return isFirst ? impossible(reason) : missed(reason);
}

/** An ssh that takes longer than this to log in talks to nobody: servers allow 2 minutes (sshd_config(5), LoginGraceTime). */
export const LONGEST_LOGIN_MS = 300_000;

const NOBODY_LISTENS = 'ECONNREFUSED';
/** ssh hung up before it had read the message, since its server prohibits the way. */
const REFUSALS: ReadonlySet<unknown> = new Set([NOBODY_LISTENS, 'ECONNRESET', 'EPIPE']);

/** Descriptors, of this process or of all; memory; ports to connect from. */
const LACKS: ReadonlySet<unknown> = new Set([
  'EMFILE',
  'ENFILE',
  'ENOMEM',
  'ENOBUFS',
  'EADDRNOTAVAIL',
]);

/** What a probe is whose connection came to this error. */
export function failedBy(error: Error, doubt: Doubt, target: ProbeTarget): HeartbeatEvent {
  const code = (error.cause as NodeJS.ErrnoException | undefined)?.code;
  const { message } = error;
  if (doubt.lack !== 'missed' && LACKS.has(code)) return unsent(message);
  if (!REFUSALS.has(code)) return missed(message);
  const { unprovedMs = LONGEST_LOGIN_MS } = target;
  const mayBeEarly = doubt.firstRefusal === 'impossible' && unprovedMs < LONGEST_LOGIN_MS;
  return code === NOBODY_LISTENS && mayBeEarly
    ? unsent(`${message}: ssh has not logged in yet, or has no such forward`)
    : refused(message, doubt, target);
}

/**
 * An answer, unless it can be none of the far end since this process has not the descriptors for a probe: Node hangs up without a word on
 * who comes when none is left.
 *
 * @param descriptors - how many a probe needs.
 */
export function unlessLacking(
  answer: HeartbeatEvent,
  { lack }: Doubt,
  descriptors: number,
): HeartbeatEvent {
  if (lack === 'missed' || answer.type === 'heartbeat.answered') return answer;
  const opened: number[] = [];
  try {
    while (opened.length < descriptors) opened.push(openSync(devNull, 'r'));
    return answer;
  } catch (error) {
    return unsent(systemErrorText(error));
  } finally {
    opened.forEach((fd) => closeSync(fd));
  }
}

/** A step of a probe that failed, as an error with the sentence for the log. */
export function failed(reason: string): Observable<never> {
  return throwError(() => new Error(reason));
}
