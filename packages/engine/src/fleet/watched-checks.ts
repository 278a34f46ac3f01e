import { Subscription } from 'rxjs';
import { checkResults$ } from '../checks/check-results.ts';
import { describeQuestion } from '../checks/describe-question.ts';
import type { FleetFact } from './fleet-event.ts';
import type { CheckStatus } from './status.ts';
import type { Check } from './tunnel-spec.ts';

/** The checks of a tunnel: asked while it is healthy. */
export interface WatchedChecks {
  status(): readonly CheckStatus[];
  /** Begins to ask; nothing if it does already. */
  begin(): void;
  /** Asks no more, and forgets the answers: they were those of another connection. */
  end(): void;
}

/** Who hears of the checks of a tunnel. */
export interface CheckListener {
  readonly tell: (fact: FleetFact & { type: 'check.passed' | 'check.failed' }) => void;
  /** A check that restarts its tunnel has failed. */
  readonly restart: (reason: string) => void;
}

/** Makes the checks of a tunnel; nobody is asked before `begin`. */
export function watchChecks(checks: readonly Check[], listener: CheckListener): WatchedChecks {
  const watched = checks.map((check) => ({ check, last: unasked(check) }));
  let asking: Subscription | undefined;

  const hear = (each: (typeof watched)[number], problem: string | undefined) => {
    const { question, ok } = each.last;
    each.last = { ...unasked(each.check), ok: problem === undefined, at: new Date().toISOString() };
    if (problem === undefined) {
      if (ok === false) listener.tell({ type: 'check.passed', question });
      return;
    }
    each.last = { ...each.last, problem };
    if (ok !== false) listener.tell({ type: 'check.failed', question, problem });
    if (each.check.restart) listener.restart(`the check ${question} failed: ${problem}`);
  };

  return {
    status: () => watched.map(({ last }) => last),
    begin() {
      if (asking !== undefined) return;
      asking = new Subscription();
      for (const each of watched) {
        asking.add(
          checkResults$(each.check).subscribe((result) =>
            hear(each, result.ok ? undefined : result.problem),
          ),
        );
      }
    },
    end() {
      asking?.unsubscribe();
      asking = undefined;
      for (const each of watched) each.last = unasked(each.check);
    },
  };
}

function unasked({ question, forward }: Check): CheckStatus {
  return {
    question: describeQuestion(question),
    ...(forward === undefined ? {} : { forward }),
    ok: null,
    at: null,
  };
}
