import { type Observable, catchError, defer, of, repeat, take, tap, timeout, timer } from 'rxjs';
import type { Check } from '../fleet/tunnel-spec.ts';
import { askCommand$ } from './ask-command.ts';
import { askHttp$ } from './ask-http.ts';
import { askTcp$ } from './ask-tcp.ts';
import { type CheckResult, failed, failedBy } from './check-result.ts';

/**
 * The answers to a check, one after the other: asked at once, and `everyMs` after each answer. Failures are answers; the stream neither
 * fails nor ends.
 *
 * Cold. Unsubscribing gives up the question that is out: connections are closed, a command is ended.
 *
 * @param asked - told whenever the question is put.
 */
export function checkResults$(check: Check, asked = ignore): Observable<CheckResult> {
  const ask = () => {
    asked();
    return ask$(check);
  };
  return askRepeatedly$(ask, check);
}

function ignore(): void {
  // nobody wants to know
}

function ask$({ question, timeoutMs }: Check): Observable<CheckResult> {
  switch (question.kind) {
    case 'tcp':
      return askTcp$(question, { timeoutMs });
    case 'http':
      return askHttp$(question);
    case 'command':
      return askCommand$(question);
  }
}

/** How soon a question that failed is put again; then after twice as long, and so on. */
const FIRST_RETRY_MS = 1000;

/**
 * Puts a question at once, and again some time after each answer; one that is not answered in time is given up, and has failed.
 *
 * While it fails it is put sooner: a service that is slow to begin is not to be called down for the whole interval.
 */
export function askRepeatedly$(
  ask: () => Observable<CheckResult>,
  { everyMs, timeoutMs }: Pick<Check, 'everyMs' | 'timeoutMs'>,
): Observable<CheckResult> {
  return defer(() => {
    let failures = 0;
    return defer(ask).pipe(
      timeout({ first: timeoutMs, with: () => of(failed(`no answer within ${timeoutMs} ms`)) }),
      catchError((error: unknown) => of(failedBy(error))),
      take(1),
      tap(({ ok }) => (failures = ok ? 0 : failures + 1)),
      repeat({ delay: () => timer(pauseMs(failures, everyMs)) }),
    );
  });
}

/** The time to the next question after so many failures in a row: 1 s, 2 s, 4 s, and never more than the interval. */
export function pauseMs(failures: number, everyMs: number): number {
  return failures === 0 ? everyMs : Math.min(everyMs, FIRST_RETRY_MS * 2 ** (failures - 1));
}
