import { printableLine } from '@holdfast/text';

const BRAND = Symbol.for('holdfast/MuxError');

/**
 * What went wrong on a control socket.
 *
 * | code | means |
 * |---|---|
 * | `no-master` | nobody listens at the path now: ssh has not logged in yet, or is no master |
 * | `no-way` | this machine cannot connect there now (no descriptor, no memory, no permission, …); `cause` says why |
 * | `unreachable` | the path is none that a socket can have |
 * | `wrong-version` | the other side speaks another version of the protocol |
 * | `bad-message` | what came is not the protocol |
 * | `closed` | the connection ended, by either side |
 * | `timed-out` | no answer came in time |
 * | `aborted` | whoever asked wants no answer any more |
 * | `refused` | ssh or the server said no; `answer` has their words |
 * | `permission-denied` | ssh's own user said no; `answer` has ssh's words |
 * | `bad-forward` | the forward cannot be: it was not asked for |
 */
export type MuxErrorCode =
  | 'no-master'
  | 'no-way'
  | 'unreachable'
  | 'wrong-version'
  | 'bad-message'
  | 'closed'
  | 'timed-out'
  | 'aborted'
  | 'refused'
  | 'permission-denied'
  | 'bad-forward';

/** A request to an ssh that could not be made, or was not granted. */
export class MuxError extends Error {
  override readonly name = 'MuxError';
  readonly [BRAND] = true;
  readonly code: MuxErrorCode;
  /** What ssh said to it, if it said anything. */
  readonly answer: string | undefined;

  constructor(
    code: MuxErrorCode,
    sentence: string,
    { answer, cause }: { readonly answer?: string; readonly cause?: unknown } = {},
  ) {
    super(sentence, { cause });
    this.code = code;
    this.answer = answer;
  }
}

const LONGEST_REASON = 300;

/** What ssh said, for people: it may quote its server, and go into logs. */
export function refusalSentence(reason: string): string {
  return `ssh refused: ${printableLine(reason.slice(0, LONGEST_REASON))}`;
}

/** Whether this is a {@link MuxError}, also one of another copy of this package. */
export function isMuxError(error: unknown): error is MuxError {
  return typeof error === 'object' && error !== null && BRAND in error;
}
