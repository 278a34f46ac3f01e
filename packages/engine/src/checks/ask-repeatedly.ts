import { catchError, defer, of, repeat, take, tap, timeout, timer, type Observable } from 'rxjs';
import type { Check } from '../fleet/tunnel-spec.ts';
import { failed, failedBy, type CheckResult } from './check-result.ts';

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
