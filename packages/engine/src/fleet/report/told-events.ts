import {
  fold,
  isOwed,
  NOTHING_SAID,
  paid,
  sameText,
  CALM_MS,
  type Repetition,
  type Saying,
  type Standing,
} from '@holdfast/machines';
import { duration, ordinal } from '@holdfast/text';
import { monotonicMs } from '../../clock.ts';
import type { FleetEvent } from '../fleet-event.ts';

/** Passes events on to people: what happens over and over is told at doubling intervals, with its count. */
export interface ToldEvents {
  hear(event: FleetEvent): void;
  /** Nothing is owed to anybody any more. */
  end(): void;
}

/** Where time comes from. Default: this process's own. */
export interface ToldEventsClock {
  readonly nowMs: () => number;
  readonly setTimeout: (run: () => void, ms: number) => unknown;
  readonly clearTimeout: (timer: never) => void;
}

const SYSTEM: ToldEventsClock = {
  nowMs: monotonicMs,
  setTimeout: (run, ms) => setTimeout(run, ms).unref(),
  clearTimeout: (timer) => clearTimeout(timer),
};

/** The story of one tunnel. */
interface Story {
  repetition: Repetition;
  /** Tells in a while what was held back, if people believe something else by then. */
  timer: unknown;
}

/**
 * Makes a filter of events for people. The rule is in machines/src/rules/repetition.ts; what it is asked about is in `STANDINGS`.
 *
 * What was held back is told after a minute if it is how the tunnel stands and people do not know it: nobody is to read of a tunnel that
 * is down when it has long been up.
 */
export function createToldEvents(
  tell: (event: FleetEvent) => void,
  clock: ToldEventsClock = SYSTEM,
): ToldEvents {
  const stories = new Map<string, Story>();
  const storyOf = (tunnel: string) => {
    const known = stories.get(tunnel) ?? { repetition: NOTHING_SAID, timer: undefined };
    stories.set(tunnel, known);
    if (known.timer !== undefined) clock.clearTimeout(known.timer as never);
    known.timer = undefined;
    return known;
  };
  const hear = (event: FleetEvent) => {
    const saying = event.tunnel === null ? undefined : sayingOf(event);
    if (saying === undefined) return tell(event);
    const story = storyOf(event.tunnel!);
    const atMs = clock.nowMs();
    const { isTold, times, sinceMs, repetition } = fold(story.repetition, saying, atMs);
    story.repetition = repetition;
    const again = () => repeated(event, times, atMs - sinceMs);
    if (isTold) return tell(again());
    if (!isOwed(repetition) || saying.standing === null) return;
    story.timer = clock.setTimeout(() => {
      story.timer = undefined;
      story.repetition = paid(story.repetition);
      tell(again());
    }, CALM_MS);
  };
  return {
    hear,
    end() {
      for (const { timer } of stories.values()) {
        if (timer !== undefined) clock.clearTimeout(timer as never);
      }
      stories.clear();
    },
  };
}

/** What of a tunnel's life comes again and again, and how the tunnel stands with it. All else is told each time. */
const STANDINGS: Readonly<Partial<Record<FleetEvent['fact']['type'], Standing>>> = {
  'start.succeeded': null,
  'child.killed': null,
  'child.ended': 'down',
  'backoff.began': null,
  'tunnel.proved': 'up',
  'probe.missed': null,
  'probe.impossible': null,
  'probe.unsent': 'down',
  'probe.sent': 'up',
  'stop.began': null,
  'forward.opened': null,
  'forwards.lost': 'down',
  'forwards.restored': 'up',
  'forward.failed': 'down',
  'session.released': null,
  'session.kept': null,
  'session.unnoted': null,
  'check.failed': 'down',
  'check.passed': 'up',
  'checks.passed': 'up',
};

/** `undefined` for what is told each time. */
function sayingOf({ fact, level, sentence }: FleetEvent): Saying | undefined {
  if (level === 'debug') return undefined;
  if (isNewStory(fact)) return { key: fact.type, standing: null, isNewStory: true };
  // One without a port is always an operator's.
  if (fact.type === 'forward.opened' && fact.port === undefined) return undefined;
  const standing = STANDINGS[fact.type];
  return standing === undefined ? undefined : { key: sameText(sentence), standing };
}

/** Somebody, or the end of the tunnel, begins a new story. */
function isNewStory(fact: FleetEvent['fact']): boolean {
  if (fact.type === 'stop.began') {
    return fact.reason === 'operator-stop' || fact.reason === 'operator-restart';
  }
  return fact.type === 'tunnel.ended' || fact.type === 'tunnel.changed';
}

function repeated(event: FleetEvent, times: number, agoMs: number): FleetEvent {
  if (times === 1) return event;
  const since = new Date(Date.parse(event.at) - agoMs).toISOString();
  const told = { ...event, repeated: { times, since } };
  return { ...told, sentence: `${event.sentence}${repetitionWords(told)}` };
}

/** What the sentence of an event ends with that happened before. */
export function repetitionWords({ at, repeated }: Pick<FleetEvent, 'at' | 'repeated'>): string {
  if (repeated === undefined) return '';
  const ms = Date.parse(at) - Date.parse(repeated.since);
  return ` (the ${ordinal(repeated.times)} time in ${duration(ms)})`;
}
