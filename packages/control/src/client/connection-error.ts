import { ControlError, isControlError } from './control-error.ts';

/** What went wrong between us and the socket, as a {@link ControlError}. */
export function toControlError(error: unknown, socketPath: string): ControlError {
  if (isControlError(error)) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  const more = { cause: error };
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
    // A path that no socket can have, from Node 24 on.
    case 'EINVAL':
    case 'ECONNREFUSED':
      return new ControlError(
        'not-running',
        `no supervisor listens on ${socketPath}: start one with "holdfast up"`,
        more,
      );
    // It ended, or was killed, while it was asked; with too many connections it hangs up as well.
    case 'ECONNRESET':
    case 'EPIPE':
      return new ControlError(
        'hung-up',
        `the supervisor on ${socketPath} hung up before it answered: see "holdfast logs", and ask again`,
        more,
      );
    case 'EACCES':
    case 'EPERM':
      return new ControlError(
        'not-permitted',
        `permission to connect to ${socketPath} is denied: it belongs to another user, or it or a folder above it lost its permissions`,
        more,
      );
    // The queue of the socket is full: whoever should take from it does not.
    case 'EAGAIN':
      return new ControlError('timed-out', `the supervisor on ${socketPath} takes no calls`, more);
    default:
      return badAnswer(socketPath, message, error);
  }
}

export function badAnswer(socketPath: string, problem: string, cause?: unknown): ControlError {
  return new ControlError(
    'bad-answer',
    `the answer from ${socketPath} is not one of holdfast: ${problem}`,
    { cause },
  );
}

export function timedOut(socketPath: string, waitedMs: number): ControlError {
  return new ControlError(
    'timed-out',
    `the supervisor on ${socketPath} was silent for ${waitedMs / 1000} s: it hangs, or is stopped`,
  );
}
