import type { ServerResponse } from 'node:http';
import { ALIVE_FRAME, beginEvents, eventFrame, writeFrame } from '@holdfast/http';
import type { Clock } from '@holdfast/machines';
import type { Step } from '@holdfast/recording';
import type { InspectorSource } from '../source.ts';
import type { InspectorLimits } from './inspector-limits.ts';
import { createPendingChanges } from './pending-changes.ts';

/** Hands what happens in a source to all who read it. */
export interface StreamHub {
  /** Whether another reader may come. */
  hasRoom(): boolean;
  /** How many read now. */
  readers(): number;
  /** Answers with a stream of server-sent events, which ends with the reader or with {@link close}. */
  open(outgoing: ServerResponse, follows: string | undefined): void;
  /** Says so to all who read, and sends them away. */
  close(reason: string): void;
}

/** What a hub works with. */
export interface StreamHubParts {
  readonly source: InspectorSource;
  readonly limits: InspectorLimits;
  readonly clock: Clock;
}

interface Reader {
  readonly outgoing: ServerResponse;
  /** The one whose steps it gets. */
  readonly follows: string | undefined;
  /** Whether it has taken in the last sign of life. */
  isAlive: boolean;
}

/** Makes a hub. The source is watched from the first reader on, until the last one has gone. */
export function createStreamHub({ source, limits, clock }: StreamHubParts): StreamHub {
  const readers = new Map<ServerResponse, Reader>();
  /** Asked for each event of each tunnel. */
  let followed: ReadonlySet<string | undefined> = new Set();
  let unwatch: (() => void) | undefined;
  let alive: unknown;
  let rest: unknown;
  let isResting = false;

  const send = ({ outgoing }: Reader, frame: string) =>
    writeFrame(outgoing, frame, limits.unreadBytes);
  const endAll = (reason: string) => {
    for (const { outgoing } of readers.values()) {
      outgoing.setTimeout(limits.answerMs, () => outgoing.destroy());
      outgoing.end(endedFrame(reason));
    }
    readers.clear();
    stopWatching();
  };
  const noteFollowed = () => {
    followed = new Set([...readers.values()].map(({ follows }) => follows));
  };
  const pending = createPendingChanges(source, {
    isFollowed: (name) => followed.has(name),
    wake: () => schedule(0),
    ended: endAll,
  });
  /** Says what has changed since the last time, to everybody. */
  const flush = () => {
    const { isWhole, rows, stepsOf } = pending.take();
    if (isWhole) for (const reader of readers.values()) send(reader, allFrame(rows));
    for (const reader of readers.values()) {
      const watched = reader.follows ?? null;
      const steps = watched === null ? [] : stepsOf(watched);
      const changed = isWhole ? [] : rows;
      if (changed.length + steps.length > 0)
        send(reader, changedFrame(changed, { watched, steps }));
    }
  };
  /** After each time comes a rest, in which changes gather. */
  const schedule = (afterMs: number) => {
    if (isResting || readers.size === 0) return;
    isResting = true;
    rest = clock.setTimeout(() => {
      isResting = false;
      if (!pending.has()) return;
      guard(flush);
      schedule(limits.changesMs);
    }, afterMs);
  };
  /** A bug here may end streams, but not the process that keeps the tunnels. */
  const guard = (work: () => void) => {
    try {
      work();
    } catch {
      endAll('a bug in the inspector: open the page again');
    }
  };
  const stayAlive = () => {
    alive = clock.setTimeout(() => {
      for (const reader of readers.values()) askForLife(reader);
      stayAlive();
    }, limits.aliveMs);
  };
  const askForLife = (reader: Reader) => {
    if (!reader.isAlive) reader.outgoing.destroy();
    reader.isAlive = false;
    reader.outgoing.write(ALIVE_FRAME, () => (reader.isAlive = true));
  };
  const startWatching = () => {
    unwatch = source.watch(pending.observer);
    // It may have ended from the start.
    if (readers.size === 0) stopWatching();
    else stayAlive();
  };
  const stopWatching = () => {
    unwatch?.();
    unwatch = undefined;
    clock.clearTimeout(alive);
    clock.clearTimeout(rest);
    isResting = false;
    pending.forget();
  };

  return {
    hasRoom: () => readers.size < limits.streams,
    readers: () => readers.size,
    open(outgoing, follows) {
      beginEvents(outgoing);
      const reader: Reader = { outgoing, follows, isAlive: true };
      outgoing.once('close', () => {
        if (!readers.delete(outgoing)) return;
        noteFollowed();
        if (readers.size === 0) stopWatching();
      });
      if (readers.size > 0) guard(flush);
      readers.set(outgoing, reader);
      noteFollowed();
      guard(() => {
        if (unwatch === undefined) startWatching();
        if (readers.has(outgoing)) send(reader, allFrame(pending.all()));
      });
    },
    close: endAll,
  };
}

/** Everything that is; rows come as JSON, since they were written for the comparison already. */
function allFrame(rows: readonly string[]): string {
  return eventFrame(`{"type":"all","atMs":${Date.now()},"rows":[${rows.join(',')}]}`);
}

/** The steps of the one that is followed, and its name. */
interface FollowedSteps {
  readonly watched: string | null;
  readonly steps: readonly Step[];
}

/** The rows that changed, and the steps of the one that is followed. */
function changedFrame(rows: readonly string[], { watched, steps }: FollowedSteps): string {
  const told = `"watched":${JSON.stringify(watched)},"steps":${JSON.stringify(steps)}`;
  return eventFrame(`{"type":"changed","atMs":${Date.now()},"rows":[${rows.join(',')}],${told}}`);
}

function endedFrame(reason: string): string {
  return eventFrame(JSON.stringify({ type: 'ended', reason }));
}
