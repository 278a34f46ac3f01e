import { catchError, defer, of, repeat, take, timeout, type Observable } from 'rxjs';
import type { Check } from '../fleet/tunnel-spec.ts';
import { failed, failedBy, type CheckResult } from './check-result.ts';

/** Puts a question at once, and again some time after each answer; one that is not answered in time is given up, and has failed. */
export function askRepeatedly$(
  ask: () => Observable<CheckResult>,
  { everyMs, timeoutMs }: Pick<Check, 'everyMs' | 'timeoutMs'>,
): Observable<CheckResult> {
  return defer(ask).pipe(
    timeout({ first: timeoutMs, with: () => of(failed(`no answer within ${timeoutMs} ms`)) }),
    catchError((error: unknown) => of(failedBy(error))),
    take(1),
    repeat({ delay: everyMs }),
  );
}
