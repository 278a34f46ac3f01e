import {
  makeClaim,
  readClaims,
  removeClaim,
  type Claim,
  type Claimant,
  type Identify,
} from './claim.ts';

/** One process that wants a lock. */
export interface Contender {
  /** The folder of claims. */
  readonly folder: string;
  readonly self: Claimant;
  readonly identify: Identify;
}

/** What became of it: the number of the own claim, or the process that has the lock. */
export type Outcome =
  | {
      readonly kind: 'taken';
      readonly number: number;
      /** Where those who are dead now could be reached. */
      readonly earlier: readonly string[];
    }
  | { readonly kind: 'held'; readonly pid: number; readonly place: string | undefined };

/** Between two steps others may do anything; before a look again, they should get time for it. */
export type Pause = 'step' | 'wait';

type Steps<TResult> = Generator<Pause, TResult, void>;

/**
 * The way to a lock, step by step, so that tests can put the steps of several processes into any order.
 *
 * Claims are numbered, and only one process can make a claim of a number. Who made one looks again: if no other claim lives, the lock is
 * taken; else the claim is taken back. Of two processes the later one to make its claim always sees the other's, so no two have the
 * lock at once, however long either is held up between two steps. Only who has the lock removes the claims of the dead.
 */
export function* contend(contender: Contender): Steps<Outcome> {
  let seen: Claim | undefined;
  for (;;) {
    const claims = readClaims(contender.folder, contender.identify);
    yield 'step';
    const living = claims.find(({ pid }) => pid !== undefined);
    // A claim that is seen but once may be about to be taken back.
    if (living?.pid !== undefined && isSameClaim(living, seen)) {
      return { kind: 'held', pid: living.pid, place: living.place };
    }
    seen = living;
    const number = Math.max(0, ...claims.map((claim) => claim.number)) + 1;
    if (living === undefined && (yield* tryClaim(contender, number))) {
      return { kind: 'taken', number, earlier: placesOf(claims) };
    }
    yield 'wait';
  }
}

function* tryClaim({ folder, self, identify }: Contender, number: number): Steps<boolean> {
  if (!makeClaim(folder, number, self)) return false;
  yield 'step';
  const claims = readClaims(folder, identify);
  yield 'step';
  const others = claims.filter((claim) => claim.number !== number);
  if (others.some(({ pid }) => pid !== undefined)) {
    removeClaim(folder, number);
    return false;
  }
  for (const dead of others) {
    removeClaim(folder, dead.number);
    yield 'step';
  }
  return true;
}

function placesOf(claims: readonly Claim[]): readonly string[] {
  return [...new Set(claims.flatMap(({ place }) => place ?? []))];
}

function isSameClaim(one: Claim, other: Claim | undefined): boolean {
  return one.number === other?.number && one.pid === other.pid;
}
