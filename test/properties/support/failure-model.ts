import type { FailureClass, Intensity } from '@holdfast/machines';
import {
  expectedEndedBy,
  expectedWaitMs,
  isExpectedHopeless,
  isExpectedTooOften,
} from './expected-failures.ts';

/** One failure, as the world tells it. */
export interface FailureFacts {
  readonly name: FailureClass;
  readonly chance: number;
  readonly healthyMs: number;
  readonly atMs: number;
}

/** The failures of one tunnel of a fleet, counted by hand. */
export class FailureModel {
  /** The last one; `undefined` before the first. */
  last: FailureClass | undefined;
  /** What it asks to wait. */
  waitMs = 0;
  /** Whether the tunnel has to give up. */
  isOver = false;
  /** How often each class struck since the tunnel was healthy for a minute. */
  counts = new Map<FailureClass, number>();
  /** When they struck. */
  readonly timesMs: number[] = [];
  private readonly intensity: Intensity | null;

  constructor(intensity: Intensity | null) {
    this.intensity = intensity;
  }

  count({ name, chance, healthyMs, atMs }: FailureFacts): void {
    if (healthyMs >= 60_000) this.counts.clear();
    const times = (this.counts.get(name) ?? 0) + 1;
    this.counts.set(name, times);
    this.timesMs.push(atMs);
    this.last = name;
    this.waitMs = expectedWaitMs(name, times, chance);
    const isTooOften = this.intensity !== null && isExpectedTooOften(this.timesMs, this.intensity);
    this.isOver = isTooOften || isExpectedHopeless(name);
  }

  /** Somebody wanted the end of ssh: no failure, no wait. */
  excuse(): void {
    this.waitMs = 0;
    this.isOver = false;
  }

  /** Whether such news ends the wait for the last failure. */
  isEndedBy(news: 'host' | 'keys'): boolean {
    return this.last !== undefined && expectedEndedBy(this.last) === news;
  }
}
