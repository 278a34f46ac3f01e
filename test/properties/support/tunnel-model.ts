import type {
  ConnectionSight,
  FailureClass,
  TunnelSettings,
  TunnelState,
} from '@holdfast/machines';
import { DoubtModel, expectedResumeMs } from './doubt-model.ts';
import { expectedTimeoutMs } from './expected-failures.ts';
import { expectedGrace, expectedVerdict, quickBelowMs } from './expected-rules.ts';
import { FailureModel } from './failure-model.ts';
import { TimerList, type Timer } from './timer-list.ts';

/** Whose doing it is that ssh has to go: an operator's, a failure's, or that of what ssh will say. */
type Blame = FailureClass | 'operator' | 'whatever ssh says';

/**
 * A second, plain telling of the state chart: what the machine should be doing.
 *
 * No states within states, no events: one method for each thing that can happen, and a list of times.
 */
export class TunnelModel {
  settings: TunnelSettings;
  state: TunnelState = 'backoff';
  /** Whether the next start is due, and waits to be granted. */
  isAsking = false;
  nowMs = 0;
  starts = 0;
  tries = 0;
  /** How many probes were asked for. */
  probesSent = 0;
  /** How long the last one may take; `undefined` where the heartbeat knows better. */
  probeTimeoutMs: number | undefined;
  /** Whether the present ssh has been spawned. */
  isSpawned = false;
  spawnedAtMs = 0;
  /** Why ssh has to go: an operator's stop outranks the end of the lifetime, and that all else. */
  leaving: 'nothing' | 'restart' | 'lifetime' | 'stop' = 'nothing';
  /** When the operator first said stop. */
  stopAtMs: number | undefined;
  readonly failures: FailureModel;
  /** What is doubtful about the present ssh, and who is beside it. */
  readonly doubt: DoubtModel;
  private blame: Blame = 'whatever ssh says';
  /** Whether the present ssh has told of its login. */
  private hasLoggedIn = false;
  private provedAtMs: number | undefined;
  /** Whether the last probe never left this machine. */
  private isUnsent = false;
  private answeredAtMs: number | undefined;
  private roundTripsMs: number[] = [];
  private probes: boolean;
  /** Probes were missed, and that ends the tunnel. */
  private isSilentForGood = false;
  private misses = 0;
  /** When the first probe was sent that has no answer. */
  private silentSinceMs: number | undefined;
  private readonly timers = new TimerList();

  constructor(settings: TunnelSettings) {
    this.settings = settings;
    this.probes = settings.hasHeartbeat;
    this.failures = new FailureModel(settings.restartIntensity);
    this.doubt = new DoubtModel(settings, this.timers);
    if (settings.lifetimeSeconds > 0) this.set('lifetime', settings.lifetimeSeconds);
    this.wait();
  }

  get isInFleet(): boolean {
    return this.settings.rules === 'holdfast';
  }

  get isOver(): boolean {
    return this.state === 'stopped' || this.state === 'failed';
  }

  get hasChild(): boolean {
    return !this.isOver && this.state !== 'backoff';
  }

  /** FL-11: nothing is asked or believed of it before its login. */
  get awaitsLogin(): boolean {
    return this.settings.tellsReady && !this.hasLoggedIn;
  }

  /** Whether an exit of ssh is judged by the rules: nobody has told it to go. */
  get isJudged(): boolean {
    return this.isSpawned && this.hasChild && this.state !== 'stopping';
  }

  /** HB-16: the probe may have been its end, and to start it again does harm. */
  get isLostToProbe(): boolean {
    const isFirstOut = this.state === 'probing' && this.provedAtMs === undefined;
    return isFirstOut && !this.settings.restartsWhenSilent;
  }

  /** Milliseconds until the next timer; `undefined` if nothing waits. */
  get nextMs(): number | undefined {
    const [timer, atMs] = this.timers.next;
    return timer === undefined ? undefined : atMs - this.nowMs;
  }

  /** The class under which an end of the present ssh has to be counted; `undefined`: it is nobody's failure. */
  failureOf(said: FailureClass | undefined): FailureClass | undefined {
    if (!this.isInFleet || this.leaving === 'stop' || this.leaving === 'lifetime') return undefined;
    if (this.blame === 'operator') return undefined;
    return this.blame === 'whatever ssh says' ? (said ?? 'unknown') : this.blame;
  }

  spawn(): void {
    if (!this.hasChild || this.isSpawned) return;
    this.isSpawned = true;
    this.spawnedAtMs = this.nowMs;
  }

  ready(): void {
    if (this.state !== 'gating' && this.state !== 'connecting') return;
    this.hasLoggedIn = true;
    if (this.probes) return this.probe();
    this.provedAtMs ??= this.nowMs;
    this.prove();
  }

  exit(how: number | string, said?: FailureClass, chance = 0.5): void {
    if (!this.hasChild) return;
    const ageMs = this.nowMs - this.spawnedAtMs;
    if (this.leaving === 'stop' || this.leaving === 'lifetime') return this.finish('stopped');
    const asked = this.leaving === 'restart';
    const byRequest = this.isSilentForGood ? 'fail' : 'restart';
    const byStatus = expectedVerdict(this.settings, this.starts, ageMs, how);
    const byItself = byStatus === 'restart' && this.isLostToProbe ? 'fail' : byStatus;
    const verdict = asked ? byRequest : byItself;
    this.countFailure(this.failureOf(said), chance);
    if (verdict === 'stop') return this.finish('stopped');
    if (verdict === 'fail' || this.failures.isOver) return this.finish('failed');
    this.countTries(ageMs);
    if (this.doubt.canTakeOver && this.hasStartsLeft) this.takeOver();
    else this.wait();
  }

  refuseToRun(said?: FailureClass, chance = 0.5): void {
    if (!this.hasChild) return;
    if (!this.isInFleet || said === undefined) return this.finish('failed');
    this.countFailure(said, chance);
    const isLast = this.leaving === 'stop' || this.leaving === 'lifetime' || this.failures.isOver;
    if (isLast) this.finish('failed');
    else this.wait();
  }

  answer(roundTripMs: number): void {
    this.silentSinceMs = undefined;
    if (this.state !== 'probing') return;
    this.provedAtMs ??= this.nowMs;
    this.answeredAtMs = this.nowMs;
    this.roundTripsMs.push(roundTripMs);
    this.prove();
  }

  /** @param seen - what is seen of the connection; `undefined`: the heartbeat tells nothing, not even the time. */
  miss(seen?: ConnectionSight | null): void {
    if (this.state !== 'probing') return;
    if (seen !== undefined && this.isSlow(seen)) {
      this.doubt.end();
      return this.missOne();
    }
    if (this.doubt.phase !== undefined) {
      this.missOne();
      if (seen !== undefined) this.doubt.resumeMs = this.resumeBesideMs(seen);
      const isOver = seen !== undefined && this.graceBesideMs(seen) === 0;
      if (this.doubt.phase === 'outvoted' && isOver) this.giveUp();
      return;
    }
    if (this.settings.patienceSeconds > 0 && this.provedAtMs !== undefined) {
      const sinceMs = seen === undefined ? null : (this.silentSinceMs ?? this.nowMs);
      this.missOne();
      this.doubt.begin(this.nowMs, sinceMs);
      if (seen !== undefined) this.doubt.resumeMs = this.resumeBesideMs(seen);
      return;
    }
    if (this.misses >= this.settings.missesAllowed) return this.giveUp();
    this.missOne();
  }

  /** Bytes move, and the last answer is not a minute old. */
  private isSlow(seen: ConnectionSight | null): boolean {
    const { settings, nowMs, provedAtMs } = this;
    if (seen?.hasMoved !== true || settings.patienceSeconds === 0) return false;
    return provedAtMs !== undefined && nowMs - (this.answeredAtMs ?? provedAtMs) < 60_000;
  }

  private missOne(): void {
    this.misses += 1;
    this.isUnsent = false;
    this.probe();
  }

  private giveUp(): void {
    this.isSilentForGood = !this.settings.restartsWhenSilent;
    this.leave('restart', this.provedAtMs === undefined ? 'throttled' : 'dropped', true);
  }

  private graceBesideMs(seen: ConnectionSight | null): number {
    return seen?.streams === 0 || this.doubt.isOverdue ? 0 : this.resumeBesideMs(seen);
  }

  private resumeBesideMs(seen: ConnectionSight | null): number {
    const heardAtMs = this.answeredAtMs ?? this.provedAtMs!;
    return expectedResumeMs(seen, {
      silent: this.nowMs - (this.doubt.silentSinceMs ?? heardAtMs),
      unanswered: this.nowMs - heardAtMs,
      timeout: expectedTimeoutMs(this.roundTripsMs, 0),
      patience: this.settings.patienceSeconds * 1000,
    });
  }

  readyChallenger(seen: ConnectionSight | null): void {
    const { challenger, phase } = this.doubt;
    if (challenger === undefined) return;
    challenger.hasLoggedIn = true;
    if (this.state === 'stopping') challenger.isIn = true;
    if (phase !== 'calling.trying') return;
    if (this.isSlow(seen)) {
      this.doubt.end();
      return this.probe();
    }
    challenger.isIn = true;
    const graceMs = this.graceBesideMs(seen);
    this.doubt.outvote(this.nowMs, graceMs);
    if (graceMs === 0) this.giveUp();
  }

  /** FL-30: as before the probe, and once more soon. */
  failToSend(): void {
    this.silentSinceMs = undefined;
    if (this.state !== 'probing') return;
    this.isUnsent = true;
    this.doubt.end();
    if (this.provedAtMs === undefined) return this.connect();
    this.state = 'healthy';
    this.set('poll', this.soon(this.settings.pollSeconds));
  }

  findImpossible(): void {
    this.silentSinceMs = undefined;
    if (!this.hasChild || this.state === 'stopping') return;
    this.probes = false;
    this.doubt.end();
    if (this.awaitsLogin) return;
    this.timers.clear('gate', 'poll');
    this.connect();
  }

  refuseForward(failure?: FailureClass): void {
    if (this.hasChild && this.state !== 'stopping')
      this.leave('restart', failure ?? 'whatever ssh says');
  }

  /** What is asked of a silent ssh is doubtful itself. */
  failCheck(): void {
    if (this.doubt.phase === undefined && this.hasChild && this.state !== 'stopping')
      this.leave('restart', 'dropped');
  }

  stop(): void {
    if (this.isOver) return;
    this.stopAtMs ??= this.nowMs;
    if (this.state === 'backoff') return this.finish('stopped');
    if (this.state === 'stopping') {
      if (this.leaving === 'stop' && this.timers.has('term')) this.kill();
      this.doubt.sendAway();
      this.leaving = 'stop';
      return;
    }
    this.leave('stop');
  }

  restart(): void {
    if (this.state === 'backoff') this.hurry();
    else if (this.hasChild && this.state !== 'stopping') this.leave('restart', 'operator');
  }

  retry(): void {
    this.hurry();
  }

  changeNetwork(): void {
    if (this.state === 'backoff') return this.hurry();
    this.doubt.hurry();
    // An ssh that still logs in can be asked nothing.
    this.probeNow();
  }

  /** Ends no wait, and hurries nobody but the timer of the next probe. */
  probeNow(): void {
    if (this.probes && this.state === 'healthy') this.probe();
  }

  /** @param seen - what is seen of the connection; `undefined`: nobody looked. */
  answerAtHost(seen?: ConnectionSight | null): void {
    const resumeMs =
      seen === undefined || !this.doubt.phase ? undefined : this.resumeBesideMs(seen);
    this.doubt.answerHost(this.nowMs, resumeMs);
    if (this.failures.isEndedBy('host')) this.hurry();
  }

  changeKeys(): void {
    if (this.failures.isEndedBy('keys')) this.hurry();
  }

  grant(): void {
    if (this.isAsking) this.start();
  }

  adjust(settings: Partial<TunnelSettings>): void {
    this.settings = { ...this.settings, ...settings };
    this.doubt.settings = this.settings;
  }

  advance(ms: number): void {
    const untilMs = this.nowMs + ms;
    for (;;) {
      const [timer, atMs] = this.timers.next;
      if (timer === undefined || atMs > untilMs) break;
      this.nowMs = atMs;
      this.timers.clear(timer);
      this.ring(timer);
    }
    this.nowMs = untilMs;
  }

  private ring(timer: Timer): void {
    switch (timer) {
      case 'lifetime':
        if (this.state === 'backoff') return this.finish('stopped');
        if (this.state !== 'stopping') return this.leave('lifetime');
        if (this.leaving === 'restart') this.leaving = 'lifetime';
        if (this.leaving === 'lifetime') this.doubt.sendAway();
        return;
      case 'proof':
        if (this.awaitsLogin) return this.leave('restart', 'throttled');
        if (this.probes) return this.probe();
        this.provedAtMs ??= this.spawnedAtMs + quickBelowMs(this.settings.pollSeconds);
        return this.prove();
      case 'gate':
        this.state = 'connecting';
        return;
      case 'poll':
        return this.probe();
      case 'grace':
        return this.beDue();
      case 'term':
        return this.kill();
      case 'kill':
        return this.finish('failed');
      case 'challenge':
        return this.doubt.call();
      case 'resume':
        return this.doubt.giveUpResume();
      case 'patience':
      case 'alone':
      case 'grace-beside':
        return this.giveUp();
    }
  }

  private get hasStartsLeft(): boolean {
    const { maxStarts } = this.settings;
    return maxStarts < 0 || this.starts < maxStarts;
  }

  private countTries(ageMs: number): void {
    this.tries = ageMs >= quickBelowMs(this.settings.pollSeconds) ? 0 : this.tries + 1;
  }

  /** Goes to wait for the next start, which may be now. */
  private wait(): void {
    const { rules, pollSeconds } = this.settings;
    this.endSsh();
    // It ends with the ssh that it was beside.
    this.doubt.challenger = undefined;
    this.state = 'backoff';
    this.isSpawned = false;
    if (!this.hasStartsLeft) return this.finish('stopped');
    const graceMs = this.isInFleet
      ? this.failures.waitMs
      : expectedGrace(rules, pollSeconds, this.tries) * 1000;
    if (graceMs === 0) this.beDue();
    else this.timers.set('grace', this.nowMs + graceMs);
  }

  /** Somebody, or something, makes the rest of a wait pointless. */
  private hurry(): void {
    if (this.state === 'backoff' && !this.isAsking) this.beDue();
  }

  private beDue(): void {
    this.timers.clear('grace');
    if (this.settings.asksBeforeStart) this.isAsking = true;
    else this.start();
  }

  /** ssh has ended, and its timers with it. */
  private endSsh(): void {
    this.timers.clear('proof', 'gate', 'poll', 'term', 'kill');
    this.doubt.giveUp();
  }

  /** The challenger is the tunnel's ssh from now on. */
  private takeOver(): void {
    const { isSpawned } = this.doubt.challenger!;
    this.endSsh();
    this.renew('switch');
    this.isSpawned = isSpawned;
    this.spawnedAtMs = this.nowMs;
    this.connect();
  }

  private start(): void {
    this.isAsking = false;
    this.isSpawned = false;
    this.renew('start');
    this.connect();
    if (this.starts === 1 && this.settings.gateSeconds > 0) {
      this.state = 'gating';
      this.set('gate', this.settings.gateSeconds);
    }
  }

  /** Nothing is known of the next ssh. */
  private renew(how: 'start' | 'switch'): void {
    this.doubt.renew(how);
    this.starts += 1;
    this.misses = 0;
    this.isUnsent = false;
    this.leaving = 'nothing';
    this.isSilentForGood = false;
    this.blame = 'whatever ssh says';
    this.hasLoggedIn = false;
    this.provedAtMs = undefined;
    this.answeredAtMs = undefined;
    this.silentSinceMs = undefined;
    this.roundTripsMs = [];
    this.probes = this.settings.hasHeartbeat;
  }

  private connect(): void {
    const { firstPollSeconds, pollSeconds } = this.settings;
    this.state = 'connecting';
    if (this.awaitsLogin) return this.set('proof', firstPollSeconds);
    this.set('proof', this.probes ? this.soon(firstPollSeconds) : quickBelowMs(pollSeconds) / 1000);
  }

  private prove(): void {
    this.doubt.end();
    this.timers.clear('proof', 'gate');
    this.state = 'healthy';
    this.misses = 0;
    this.isUnsent = false;
    if (this.probes) this.set('poll', this.settings.pollSeconds);
  }

  private probe(): void {
    this.timers.clear('proof', 'gate', 'poll');
    this.state = 'probing';
    this.probesSent += 1;
    this.silentSinceMs ??= this.nowMs;
    if (this.isInFleet) this.probeTimeoutMs = expectedTimeoutMs(this.roundTripsMs, this.misses);
  }

  /** Nobody's failure is counted as none. */
  private countFailure(name: FailureClass | undefined, chance: number): void {
    const atMs = this.nowMs;
    if (name === undefined) this.failures.excuse();
    else this.failures.count({ name, chance, healthyMs: this.healthyMs(), atMs });
  }

  /** From the first proof to the last; to now, where nobody asks. */
  private healthyMs(): number {
    if (this.provedAtMs === undefined) return 0;
    return (this.probes ? this.answeredAtMs! : this.nowMs) - this.provedAtMs;
  }

  private leave(
    why: 'restart' | 'lifetime' | 'stop',
    blame: Blame = 'operator',
    isForSilence = false,
  ): void {
    this.timers.clear('proof', 'gate', 'poll');
    this.doubt.giveUp();
    // Beside an ssh that was silent it stays, and takes over.
    if (!isForSilence) this.doubt.sendAway();
    this.state = 'stopping';
    this.leaving = why;
    this.blame = blame;
    this.set('term', this.settings.termGraceSeconds);
  }

  private kill(): void {
    this.timers.clear('term');
    this.set('kill', this.settings.killGraceSeconds);
  }

  private finish(state: 'stopped' | 'failed'): void {
    this.timers.clearAll();
    this.doubt.renew('start');
    this.isAsking = false;
    this.state = state;
  }

  private soon(seconds: number): number {
    return this.isUnsent ? Math.min(5, seconds) : seconds;
  }

  private set(timer: Timer, seconds: number): void {
    this.timers.set(timer, this.nowMs + seconds * 1000);
  }
}
