import type { FailureClass, TunnelSettings, TunnelState } from '@holdfast/machines';
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
  readonly settings: TunnelSettings;
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
  private readonly timers = new TimerList();

  constructor(settings: TunnelSettings) {
    this.settings = settings;
    this.probes = settings.hasHeartbeat;
    this.failures = new FailureModel(settings.restartIntensity);
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
    if (verdict === 'stop') this.finish('stopped');
    else if (verdict === 'fail' || this.failures.isOver) this.finish('failed');
    else this.wait(ageMs);
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
    if (this.state !== 'probing') return;
    this.provedAtMs ??= this.nowMs;
    this.answeredAtMs = this.nowMs;
    this.roundTripsMs.push(roundTripMs);
    this.prove();
  }

  miss(): void {
    if (this.state !== 'probing') return;
    if (this.misses === this.settings.missesAllowed) {
      this.isSilentForGood = !this.settings.restartsWhenSilent;
      this.leave('restart', this.provedAtMs === undefined ? 'throttled' : 'dropped');
      return;
    }
    this.misses += 1;
    this.isUnsent = false;
    this.probe();
  }

  /** FL-30: as before the probe, and once more soon. */
  failToSend(): void {
    if (this.state !== 'probing') return;
    this.isUnsent = true;
    if (this.provedAtMs === undefined) return this.connect();
    this.state = 'healthy';
    this.set('poll', this.soon(this.settings.pollSeconds));
  }

  findImpossible(): void {
    if (!this.hasChild || this.state === 'stopping') return;
    this.probes = false;
    if (this.awaitsLogin) return;
    this.timers.clear('gate', 'poll');
    this.connect();
  }

  refuseForward(failure?: FailureClass): void {
    if (this.hasChild && this.state !== 'stopping')
      this.leave('restart', failure ?? 'whatever ssh says');
  }

  failCheck(): void {
    if (this.hasChild && this.state !== 'stopping') this.leave('restart', 'dropped');
  }

  stop(): void {
    if (this.isOver) return;
    this.stopAtMs ??= this.nowMs;
    if (this.state === 'backoff') return this.finish('stopped');
    if (this.state === 'stopping') {
      if (this.leaving === 'stop' && this.timers.has('term')) this.kill();
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
    // An ssh that still logs in can be asked nothing.
    this.probeNow();
  }

  /** Ends no wait, and hurries nobody but the timer of the next probe. */
  probeNow(): void {
    if (this.probes && this.state === 'healthy') this.probe();
  }

  answerAtHost(): void {
    if (this.failures.isEndedBy('host')) this.hurry();
  }

  changeKeys(): void {
    if (this.failures.isEndedBy('keys')) this.hurry();
  }

  grant(): void {
    if (this.isAsking) this.start();
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
    }
  }

  /** Goes to wait for the next start, which may be now. */
  private wait(ageMs?: number): void {
    const { rules, pollSeconds, maxStarts } = this.settings;
    if (ageMs !== undefined) {
      this.tries = ageMs >= quickBelowMs(pollSeconds) ? 0 : this.tries + 1;
    }
    this.timers.clear('proof', 'gate', 'poll', 'term', 'kill');
    this.state = 'backoff';
    this.isSpawned = false;
    if (maxStarts >= 0 && this.starts >= maxStarts) return this.finish('stopped');
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

  private start(): void {
    this.isAsking = false;
    this.starts += 1;
    this.isSpawned = false;
    this.misses = 0;
    this.isUnsent = false;
    this.leaving = 'nothing';
    this.isSilentForGood = false;
    this.blame = 'whatever ssh says';
    this.hasLoggedIn = false;
    this.provedAtMs = undefined;
    this.answeredAtMs = undefined;
    this.roundTripsMs = [];
    this.probes = this.settings.hasHeartbeat;
    this.connect();
    if (this.starts === 1 && this.settings.gateSeconds > 0) {
      this.state = 'gating';
      this.set('gate', this.settings.gateSeconds);
    }
  }

  private connect(): void {
    const { firstPollSeconds, pollSeconds } = this.settings;
    this.state = 'connecting';
    if (this.awaitsLogin) return this.set('proof', firstPollSeconds);
    this.set('proof', this.probes ? this.soon(firstPollSeconds) : quickBelowMs(pollSeconds) / 1000);
  }

  private prove(): void {
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

  private leave(why: 'restart' | 'lifetime' | 'stop', blame: Blame = 'operator'): void {
    this.timers.clear('proof', 'gate', 'poll');
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
