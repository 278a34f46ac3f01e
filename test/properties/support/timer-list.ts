export type Timer =
  | 'lifetime'
  | 'proof'
  | 'gate'
  | 'poll'
  | 'grace'
  | 'term'
  | 'kill'
  | 'patience'
  | 'alone'
  | 'challenge'
  | 'resume'
  | 'grace-beside';

/** The timers of one tunnel: when each is due. */
export class TimerList {
  /** In the order in which they run when two are due at once. */
  private readonly due = new Map<Timer, number>();

  /** Which one is due next, and when. */
  get next(): readonly [Timer | undefined, number] {
    let first: readonly [Timer | undefined, number] = [undefined, Infinity];
    for (const [timer, atMs] of this.due) if (atMs < first[1]) first = [timer, atMs];
    return first;
  }

  has(timer: Timer): boolean {
    return this.due.has(timer);
  }

  set(timer: Timer, atMs: number): void {
    this.due.delete(timer);
    this.due.set(timer, atMs);
  }

  clear(...timers: readonly Timer[]): void {
    for (const timer of timers) this.due.delete(timer);
  }

  clearAll(): void {
    this.due.clear();
  }
}
