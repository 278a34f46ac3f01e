import { placeCall, type Line } from './call.ts';
import { badAnswer, isControlError, timedOut, toControlError } from './control-error.ts';
import { checkSpeaker, readAnswer } from './read-answer.ts';

/** One question, and what its answer has to look like. */
export interface Question<TAnswer> {
  readonly method: string;
  readonly path: string;
  readonly body?: string;
  readonly agent?: string | undefined;
  readonly timeoutMs: number;
  /** Whether the answer means the same in every protocol. */
  readonly acceptsAnyProtocol: boolean;
  isAnswer(value: unknown): value is TAnswer;
}

/** Asks, and waits for the whole answer; rejects with nothing but a ControlError. */
export async function ask<TAnswer>(line: Line, question: Question<TAnswer>): Promise<TAnswer> {
  const { timeoutMs, acceptsAnyProtocol } = question;
  const call = placeCall(line, question);
  const timer = setTimeout(() => call.cancel(timedOut(line.socketPath, timeoutMs)), timeoutMs);
  try {
    const answer = await call.answer;
    checkSpeaker(answer, line, acceptsAnyProtocol);
    const value = await readAnswer(answer, line);
    if (question.isAnswer(value)) return value;
    throw badAnswer(line.socketPath, `it does not answer ${question.method} ${question.path}`);
  } catch (error) {
    throw toControlError(error, line.socketPath);
  } finally {
    clearTimeout(timer);
    call.cancel(new Error('the answer was read'));
  }
}

/** Most questions that wait for ssh are answered within it, and cost no second one. */
const FIRST_LOOK_MS = 1000;

/**
 * Asks what may take long, as long as another question is answered meanwhile: a supervisor that hangs is known by that, and need not be
 * waited for until the end.
 */
export async function askPatiently<TAnswer>(
  line: Line,
  question: Question<TAnswer>,
  other: Question<unknown>,
): Promise<TAnswer> {
  const over = new AbortController();
  const { signal = over.signal } = line;
  const watched = { ...line, signal: AbortSignal.any([signal, over.signal]) };
  const look = () =>
    void ask(watched, other).catch((error: unknown) => {
      if (isControlError(error) && error.code === 'timed-out') over.abort(error);
    });
  const first = setTimeout(look, FIRST_LOOK_MS);
  const looks = setInterval(look, FIRST_LOOK_MS + other.timeoutMs);
  try {
    return await ask(watched, question);
  } finally {
    clearTimeout(first);
    clearInterval(looks);
    over.abort(new Error('the answer was read'));
  }
}
