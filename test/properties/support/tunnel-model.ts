import type { TunnelSettings, TunnelState } from '@holdfast/machines';
import { expectedGrace, expectedVerdict, quickBelowMs } from './expected-rules.ts';

type Timer = 'lifetime' | 'proof' | 'gate' | 'poll' | 'grace' | 'term' | 'kill';

/**
 * A second, plain telling of the state chart: what the machine should be doing.
 *
 * No states within states, no events: one method for each thing that can happen, and a list of times.
 */
export class TunnelModel {
  readonly settings: TunnelSettings;
  state: TunnelState = 'backoff';
  nowMs = 0;
  starts = 0;
  tries = 0;
  /** How many probes were asked for. */
  probesSent = 0;
  /** Whether the present ssh has been spawned. */
  isSpawned = false;
  spawnedAtMs = 0;
  /** Why ssh has to go: an operator's stop outranks the end of the lifetime, and that all else. */
  leaving: 'nothing' | 'restart' | 'lifetime' | 'stop' = 'nothing';
  /** When the operator first said stop. */
  stopAtMs: number | undefined;
  private probes: boolean;
  private misses = 0;
  /** In the order in which they run when two are due at once. */
  private readonly due = new Map<Timer, number>();

  constructor(settings: TunnelSettings) {
    this.settings = settings;
    this.probes = settings.hasHeartbeat;
    if (settings.lifetimeSeconds > 0) this.set('lifetime', settings.lifetimeSeconds);
    this.wait();
  }

  get isOver(): boolean {
    return this.state === 'stopped' || this.state === 'failed';
  }

  get hasChild(): boolean {
    return !this.isOver && this.state !== 'backoff';
  }

  /** Whether an exit of ssh is judged by the rules: nobody has told it to go. */
  get isJudged(): boolean {
    return this.isSpawned && this.hasChild && this.state !== 'stopping';
  }

  /** Milliseconds until the next timer; `undefined` if nothing waits. */
  get nextMs(): number | undefined {
    const next = Math.min(...this.due.values());
    return Number.isFinite(next) ? next - this.nowMs : undefined;
  }

  spawn(): void {
    if (!this.hasChild || this.isSpawned) return;
    this.isSpawned = true;
    this.spawnedAtMs = this.nowMs;
  }

  exit(how: number | string): void {
    if (!this.hasChild) return;
    const ageMs = this.nowMs - this.spawnedAtMs;
    if (this.state === 'stopping') {
      if (this.leaving === 'restart') this.wait(ageMs);
      else this.finish('stopped');
      return;
    }
    const verdict = expectedVerdict(this.settings, this.starts, ageMs, how);
    if (verdict === 'restart') this.wait(ageMs);
    else this.finish(verdict === 'stop' ? 'stopped' : 'failed');
  }

  refuseToRun(): void {
    if (this.hasChild) this.finish('failed');
  }

  answer(): void {
    if (this.state === 'probing') this.prove();
  }

  miss(): void {
    if (this.state !== 'probing') return;
    if (this.misses === this.settings.missesAllowed) this.leave('restart');
    else {
      this.misses += 1;
      this.probesSent += 1;
    }
  }

  findImpossible(): void {
    if (!this.hasChild || this.state === 'stopping') return;
    this.probes = false;
    this.clear('gate', 'poll');
    this.connect();
  }

  refuseForward(): void {
    if (this.hasChild && this.state !== 'stopping') this.leave('restart');
  }

  stop(): void {
    if (this.isOver) return;
    this.stopAtMs ??= this.nowMs;
    if (this.state === 'backoff') return this.finish('stopped');
    if (this.state === 'stopping') {
      if (this.leaving === 'stop' && this.due.has('term')) this.kill();
      this.leaving = 'stop';
      return;
    }
    this.leave('stop');
  }

  restart(): void {
    if (this.state === 'backoff') this.start();
    else if (this.hasChild && this.state !== 'stopping') this.leave('restart');
  }

  retry(): void {
    if (this.state === 'backoff') this.start();
  }

  changeNetwork(): void {
    if (this.state === 'backoff') return this.start();
    if (this.probes && ['gating', 'connecting', 'healthy'].includes(this.state)) this.probe();
  }

  advance(ms: number): void {
    const untilMs = this.nowMs + ms;
    for (;;) {
      const [timer, atMs] = this.next();
      if (timer === undefined || atMs > untilMs) break;
      this.nowMs = atMs;
      this.due.delete(timer);
      this.ring(timer);
    }
    this.nowMs = untilMs;
  }

  private next(): [Timer | undefined, number] {
    let first: [Timer | undefined, number] = [undefined, Infinity];
    for (const [timer, atMs] of this.due) if (atMs < first[1]) first = [timer, atMs];
    return first;
  }

  private ring(timer: Timer): void {
    switch (timer) {
      case 'lifetime':
        if (this.state === 'backoff') return this.finish('stopped');
        if (this.state !== 'stopping') return this.leave('lifetime');
        if (this.leaving === 'restart') this.leaving = 'lifetime';
        return;
      case 'proof':
        return this.probes ? this.probe() : this.prove();
      case 'gate':
        this.state = 'connecting';
        return;
      case 'poll':
        return this.probe();
      case 'grace':
        return this.start();
      case 'term':
        return this.kill();
      case 'kill':
        return this.finish('failed');
    }
  }

  /** Goes to wait for the next start, which may be now. */
  private wait(ageMs?: number): void {
    if (ageMs !== undefined) {
      this.tries = ageMs >= quickBelowMs(this.settings.pollSeconds) ? 0 : this.tries + 1;
    }
    this.clear('proof', 'gate', 'poll', 'term', 'kill');
    this.state = 'backoff';
    this.isSpawned = false;
    const { rules, pollSeconds, maxStarts } = this.settings;
    if (maxStarts >= 0 && this.starts >= maxStarts) return this.finish('stopped');
    const grace = expectedGrace(rules, pollSeconds, this.tries);
    if (grace === 0) this.start();
    else this.set('grace', grace);
  }

  private start(): void {
    this.clear('grace');
    this.starts += 1;
    this.isSpawned = false;
    this.misses = 0;
    this.leaving = 'nothing';
    this.connect();
    if (this.starts === 1 && this.settings.gateSeconds > 0) {
      this.state = 'gating';
      this.set('gate', this.settings.gateSeconds);
    }
  }

  private connect(): void {
    const { firstPollSeconds, pollSeconds } = this.settings;
    this.state = 'connecting';
    this.set('proof', this.probes ? firstPollSeconds : quickBelowMs(pollSeconds) / 1000);
  }

  private prove(): void {
    this.clear('proof', 'gate');
    this.state = 'healthy';
    this.misses = 0;
    if (this.probes) this.set('poll', this.settings.pollSeconds);
  }

  private probe(): void {
    this.clear('proof', 'gate', 'poll');
    this.state = 'probing';
    this.probesSent += 1;
  }

  private leave(why: 'restart' | 'lifetime' | 'stop'): void {
    this.clear('proof', 'gate', 'poll');
    this.state = 'stopping';
    this.leaving = why;
    this.set('term', this.settings.termGraceSeconds);
  }

  private kill(): void {
    this.clear('term');
    this.set('kill', this.settings.killGraceSeconds);
  }

  private finish(state: 'stopped' | 'failed'): void {
    this.due.clear();
    this.state = state;
  }

  private set(timer: Timer, seconds: number): void {
    this.due.delete(timer);
    this.due.set(timer, this.nowMs + seconds * 1000);
  }

  private clear(...timers: Timer[]): void {
    for (const timer of timers) this.due.delete(timer);
  }
}
