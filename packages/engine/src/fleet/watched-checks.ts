import { Subscription } from 'rxjs';
import { checkResults$ } from '../checks/check-results.ts';
import { describeQuestion } from '../checks/describe-question.ts';
import type { FleetFact } from './fleet-event.ts';
import type { CheckStatus } from './status.ts';
import type { Check } from './tunnel-spec.ts';

/** The checks of a tunnel: asked while it is healthy. */
export interface WatchedChecks {
  status(): readonly CheckStatus[];
  /** Whether each has passed on this connection, and none fails now. So it is where there are none. */
  arePassed(): boolean;
  /** Begins to ask; nothing if it does already. */
  begin(): void;
  /** Asks no more, and forgets the answers: they were those of another connection. */
  end(): void;
}

/** What is told of checks. */
export type CheckFact = FleetFact & { type: 'check.passed' | 'check.failed' | 'checks.passed' };

/** Who hears of the checks of a tunnel. */
export interface CheckListener {
  readonly tell: (fact: CheckFact) => void;
  /** A check that restarts its tunnel has failed. */
  readonly restart: (reason: string) => void;
}

/** Makes the checks of a tunnel; nobody is asked before `begin`. */
export function watchChecks(checks: readonly Check[], listener: CheckListener): WatchedChecks {
  const watched = checks.map((check) => ({ check, last: unasked(check) }));
  let asking: Subscription | undefined;
  /** Whether all of them had passed on this connection; whoever waits for the tunnel is told once. */
  let isProved = false;
  const arePassed = () => watched.every(({ last }) => last.ok === true);

  const hear = (each: (typeof watched)[number], problem: string | undefined) => {
    const { question, ok } = each.last;
    each.last = { ...unasked(each.check), ok: problem === undefined, at: new Date().toISOString() };
    if (problem === undefined) {
      if (ok === false) listener.tell({ type: 'check.passed', question });
      if (!isProved && arePassed()) {
        isProved = true;
        listener.tell({ type: 'checks.passed' });
      }
      return;
    }
    each.last = { ...each.last, problem };
    if (ok !== false) listener.tell({ type: 'check.failed', question, problem });
    if (each.check.restart) listener.restart(`the check ${question} failed: ${problem}`);
  };

  return {
    status: () => watched.map(({ last }) => last),
    arePassed,
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
      isProved = false;
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
