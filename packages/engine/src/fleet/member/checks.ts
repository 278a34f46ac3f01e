import { delayWhen, of, Subscription, timer } from 'rxjs';
import { checkResults$ } from '../../checks/check-results.ts';
import { monotonicMs } from '../../clock.ts';
import { describeQuestion } from '../../checks/describe-question.ts';
import type { FleetFact } from '../fleet-event.ts';
import type { CheckStatus } from '../report/status.ts';
import type { Check, CheckQuestion } from '../tunnel-spec.ts';
import type { Forward } from '../../forward/forward.ts';

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
  /** Why a check has failed that was asked then, as far as ssh says. */
  readonly explain: (check: Check, askedAtMs: number) => string | undefined;
  /** A check that restarts its tunnel has failed. */
  readonly restart: (reason: string) => void;
}

/** What ssh says of a connection that led nowhere may be read a little later than its end. */
const HEARSAY_MS = 50;

/** Makes the checks of a tunnel; nobody is asked before `begin`. */
export function watchChecks(checks: readonly Check[], listener: CheckListener): WatchedChecks {
  const watched = checks.map((check) => ({ check, last: unasked(check), askedAtMs: 0 }));
  let asking: Subscription | undefined;
  /** Whether all of them had passed on this connection; whoever waits for the tunnel is told once. */
  let isProved = false;
  const arePassed = () => watched.every(({ last }) => last.ok === true);

  const hear = (each: (typeof watched)[number], said: string | undefined) => {
    const problem = said === undefined ? undefined : explained(each, said);
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

  const explained = ({ check, askedAtMs }: (typeof watched)[number], said: string) => {
    const why = listener.explain(check, askedAtMs);
    return why === undefined ? said : `${said}: ${why}`;
  };

  return {
    status: () => watched.map(({ last }) => last),
    arePassed,
    begin() {
      if (asking !== undefined) return;
      asking = new Subscription();
      for (const each of watched) {
        asking.add(
          checkResults$(each.check, () => (each.askedAtMs = monotonicMs()))
            .pipe(delayWhen(({ ok }) => (ok ? of(0) : timer(HEARSAY_MS))))
            .subscribe((result) => hear(each, result.ok ? undefined : result.problem)),
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

/** The forward that a check speaks through: the one that it names, the one at whose address it asks, or the only one. */
export function forwardOfCheck(
  { forward: named, question }: Pick<Check, 'forward' | 'question'>,
  forwards: readonly Forward[],
): Forward | undefined {
  if (named !== undefined) return forwards.find(({ text }) => text === named);
  const here = forwards.filter(({ kind }) => kind !== 'remote');
  const asked = here.filter(({ listen }) => isAt(listen, question));
  return asked[0] ?? (question.kind === 'command' && here.length === 1 ? here[0] : undefined);
}

function isAt(listen: Forward['listen'], question: CheckQuestion): boolean {
  switch (question.kind) {
    case 'tcp': {
      const { address } = question;
      if (listen.kind === 'unix') return address.kind === 'unix' && address.path === listen.path;
      return address.kind === 'tcp' && address.port === listen.port;
    }
    case 'http':
      return listen.kind === 'tcp' && portOf(question.url) === listen.port;
    case 'command':
      return false;
  }
}

function portOf(url: string): number | undefined {
  if (!URL.canParse(url)) return undefined;
  const { port, protocol } = new URL(url);
  if (port !== '') return Number(port);
  return protocol === 'https:' ? 443 : 80;
}
