import { delayWhen, of, Subscription, timer } from 'rxjs';
import { checkResults$ } from '../../checks/check-results.ts';
import { monotonicMs } from '../../clock.ts';
import { describeQuestion } from '../../checks/describe-question.ts';
import type { FleetFact } from '../fleet-event.ts';
import type { CheckStatus } from '../report/status.ts';
import type { Check, CheckQuestion } from '../tunnel-spec.ts';
import type { Forward } from '../../forward/forward.ts';

/** Whose checks they are. */
export interface CheckOwner {
  tell(fact: FleetFact): void;
  /** Why a check has failed that was asked then, as far as ssh says. */
  explain(check: Check, askedAtMs: number): string | undefined;
  /** A check that restarts its tunnel has failed. */
  checkFailed(reason: string): void;
}

interface Watched {
  readonly check: Check;
  last: CheckStatus;
  askedAtMs: number;
}

/** What ssh says of a connection that led nowhere may be read a little later than its end. */
const HEARSAY_MS = 50;

/** The checks of a tunnel: asked while it is connected. */
export class Checks {
  readonly #owner: CheckOwner;
  readonly #watched: readonly Watched[];
  #asking: Subscription | undefined;
  /** Whether all of them had passed on this connection; whoever waits for the tunnel is told once. */
  #isProved = false;

  /** Nobody is asked before `begin`. */
  constructor(checks: readonly Check[], owner: CheckOwner) {
    this.#owner = owner;
    this.#watched = checks.map((check) => ({ check, last: unasked(check), askedAtMs: 0 }));
  }

  status(): readonly CheckStatus[] {
    return this.#watched.map(({ last }) => last);
  }

  /** Whether each has passed on this connection, and none fails now. So it is where there are none. */
  arePassed(): boolean {
    return this.#watched.every(({ last }) => last.ok === true);
  }

  /** Begins to ask; nothing if it does already. */
  begin(): void {
    if (this.#asking !== undefined || this.#watched.length === 0) return;
    this.#asking = new Subscription();
    for (const each of this.#watched) {
      this.#asking.add(
        checkResults$(each.check, () => (each.askedAtMs = monotonicMs()))
          .pipe(delayWhen(({ ok }) => (ok ? of(0) : timer(HEARSAY_MS))))
          .subscribe((result) => this.#hear(each, result.ok ? undefined : result.problem)),
      );
    }
  }

  /** Asks no more until `begin`, and keeps the answers. */
  pause(): void {
    this.#asking?.unsubscribe();
    this.#asking = undefined;
  }

  /** Asks no more, and forgets the answers: they were those of another connection. */
  end(): void {
    this.pause();
    this.#isProved = false;
    for (const each of this.#watched) each.last = unasked(each.check);
  }

  #hear(each: Watched, said: string | undefined): void {
    const problem = said === undefined ? undefined : this.#explained(each, said);
    const { question, ok } = each.last;
    each.last = { ...unasked(each.check), ok: problem === undefined, at: new Date().toISOString() };
    if (problem === undefined) {
      if (ok === false) this.#owner.tell({ type: 'check.passed', question });
      if (this.#isProved || !this.arePassed()) return;
      this.#isProved = true;
      this.#owner.tell({ type: 'checks.passed' });
      return;
    }
    each.last = { ...each.last, problem };
    if (ok !== false) this.#owner.tell({ type: 'check.failed', question, problem });
    if (each.check.restart) this.#owner.checkFailed(`the check ${question} failed: ${problem}`);
  }

  #explained({ check, askedAtMs }: Watched, said: string): string {
    const why = this.#owner.explain(check, askedAtMs);
    return why === undefined ? said : `${said}: ${why}`;
  }
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
