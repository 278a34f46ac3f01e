import type { ConnectionSight, FailureClass, TunnelSettings } from '@holdfast/machines';
import { expectedWaitMs, isExpectedWitness } from './expected-failures.ts';
import type { TimerList } from './timer-list.ts';

/** What can be done about an ssh that is silent, as the states of the machine call it. */
export type DoubtPhase =
  'alone' | 'waiting' | 'resuming' | 'calling.asking' | 'calling.trying' | 'outvoted';

/** The ssh beside the tunnel's own, as the world and the tunnel know it. */
export interface ModelChallenger {
  isSpawned: boolean;
  /** Whether it has logged in, whoever knows. */
  hasLoggedIn: boolean;
  /** Whether the tunnel knows. */
  isIn: boolean;
  isLeaving: boolean;
}

/** The doubts of a tunnel about its present ssh, and the challenger beside it, told plainly. */
export class DoubtModel {
  /** `undefined`: there is no doubt. */
  phase: DoubtPhase | undefined;
  challenger: ModelChallenger | undefined;
  /** How often the tunnel's ssh has changed its slot since its last start. */
  switches = 0;
  /** Since when it is silent; `null`: nobody told. */
  silentSinceMs: number | null = null;
  /** How long it takes to be heard again, if it lives and the path works: as of the last miss. */
  resumeMs = 0;
  /** Whether it had that time. */
  isOverdue = false;
  private hasWitness = true;
  private attempts = 0;
  private waitMs = 0;
  private readonly timers: TimerList;
  /** In whole seconds of the clock: what the tunnel may change while it lives. */
  settings: TunnelSettings;

  constructor(settings: TunnelSettings, timers: TimerList) {
    this.settings = settings;
    this.timers = timers;
  }

  get carrier(): 'a' | 'b' {
    return this.switches % 2 === 0 ? 'a' : 'b';
  }

  begin(nowMs: number, silentSinceMs: number | null): void {
    this.silentSinceMs = silentSinceMs;
    this.resumeMs = 0;
    this.isOverdue = false;
    this.attempts = 0;
    this.waitMs = 0;
    this.timers.set('patience', nowMs + this.settings.patienceSeconds * 1000);
    this.choose(nowMs);
  }

  choose(nowMs: number): void {
    this.timers.clear('alone', 'challenge', 'resume', 'grace-beside');
    if (!this.settings.challenges || !this.hasWitness) {
      this.phase = 'alone';
      this.timers.set('alone', nowMs + this.settings.patienceAloneSeconds * 1000);
    } else if (this.challenger !== undefined) {
      this.challenge();
    } else if (this.waitMs > 0) {
      this.phase = 'waiting';
      this.timers.set('challenge', nowMs + this.waitMs);
    } else {
      this.call();
    }
  }

  /** Something makes the rest of a wait pointless. */
  hurry(): void {
    if (this.phase === 'waiting') this.call();
  }

  /** The path works, as another tunnel found. */
  answerHost(nowMs: number, resumeMs = this.resumeMs): void {
    const mayResume =
      this.phase === 'waiting' || (this.phase === 'calling.asking' && !this.isOverdue);
    if (!mayResume) return;
    this.timers.clear('challenge');
    this.phase = 'resuming';
    this.resumeMs = resumeMs;
    this.timers.set('resume', nowMs + this.resumeMs);
  }

  /** It had its time, and was not heard. */
  giveUpResume(): void {
    this.isOverdue = true;
    this.call();
  }

  call(): void {
    this.timers.clear('challenge');
    if (this.settings.asksBeforeStart) this.phase = 'calling.asking';
    else this.challenge();
  }

  grant(): void {
    if (this.phase === 'calling.asking') this.challenge();
  }

  private challenge(): void {
    this.phase = 'calling.trying';
    this.challenger ??= { isSpawned: false, hasLoggedIn: false, isIn: false, isLeaving: false };
    this.challenger.isLeaving = false;
  }

  spawnChallenger(): void {
    if (this.challenger !== undefined) this.challenger.isSpawned = true;
  }

  /** The challenger is in, and the old ssh has so long. */
  outvote(nowMs: number, graceMs: number): void {
    this.phase = 'outvoted';
    this.timers.set('grace-beside', nowMs + graceMs);
  }

  /** The challenger is gone, or never ran. */
  loseChallenger(nowMs: number, said: FailureClass | undefined, chance: number): void {
    const { challenger, phase } = this;
    this.challenger = undefined;
    if (challenger === undefined || challenger.isLeaving || phase === undefined) return;
    this.attempts += 1;
    this.isOverdue = false;
    this.waitMs = expectedWaitMs(
      said === undefined || said === 'unknown' || said === 'throttled'
        ? 'throttled'
        : 'unreachable',
      this.attempts,
      chance,
    );
    this.hasWitness = isExpectedWitness(said ?? 'unknown');
    this.choose(nowMs);
  }

  /** ssh answers, or nobody can ask it any more. */
  end(): void {
    if (this.phase === undefined) return;
    this.sendAway();
    this.giveUp();
  }

  /** ssh is to go; the challenger stays, to take over. */
  giveUp(): void {
    this.phase = undefined;
    this.timers.clear('patience', 'alone', 'challenge', 'resume', 'grace-beside');
  }

  sendAway(): void {
    if (this.challenger !== undefined) this.challenger.isLeaving = true;
  }

  /** Whether the challenger takes the place of an ssh that ends now. */
  get canTakeOver(): boolean {
    return this.challenger !== undefined && !this.challenger.isLeaving;
  }

  /** The next ssh is there: a new one, or the challenger. */
  renew(how: 'start' | 'switch'): void {
    this.giveUp();
    this.challenger = undefined;
    this.hasWitness = true;
    this.switches = how === 'start' ? 0 : this.switches + 1;
  }
}

/** How long an old ssh takes to be heard again if the path works: the table, once more. */
export function expectedResumeMs(
  seen: ConnectionSight | null,
  ms: { silent: number; unanswered: number; timeout: number; patience: number },
): number {
  const mayLast = () => {
    if (seen === null) return ms.silent;
    if (!seen.hasAddress) return 0;
    if (seen.resendInMs !== null) return seen.resendInMs + ms.timeout;
    return Math.max(9000 - ms.unanswered, 4000 - ms.silent);
  };
  return Math.round(Math.max(0, Math.min(mayLast(), ms.patience - ms.silent)));
}
