import type { InspectionEvent } from 'xstate';
import type { StepsAnswer } from '../api.ts';
import { InspectorError } from '../inspector-error.ts';
import type { InspectorSource, SourceObserver, TimeRange } from '../source.ts';
import { createActorCharts } from './actor-charts.ts';
import { actorRow, type SeenActor } from './seen-actor.ts';
import { createSeenActors, type SeenLimits } from './seen-actors.ts';

/** What is shown of a program's own actors. */
export interface ActorsSourceOptions {
  /** Such as `process 4711`. */
  readonly title: string;
  /** Of this package. */
  readonly version: string;
  readonly limits?: Partial<SeenLimits> | undefined;
  /** Milliseconds since 1970. Default: the system's clock. */
  readonly now?: (() => number) | undefined;
}

/** A source that is fed with inspection events. */
export interface ActorsSource extends InspectorSource {
  /** To be given every inspection event of the system. */
  take(event: InspectionEvent): void;
}

const DEFAULT_LIMITS: SeenLimits = { actors: 500, steps: 500 };

/** Makes a source of any program's machines: a row for each actor, its chart laid out when somebody looks at it. */
export function actorsSource(options: ActorsSourceOptions): ActorsSource {
  const { title, version, now = Date.now, limits } = options;
  const charts = createActorCharts();
  let watching: SourceObserver | undefined;
  const { byName, take } = createSeenActors({
    limits: { ...DEFAULT_LIMITS, ...limits },
    now,
    chartIdOf: charts.idOf,
    observer: {
      listed: () => watching?.listed(),
      stepped({ name }, step) {
        watching?.changed(name);
        if (watching?.isFollowed(name)) watching.stepped(name, step);
      },
    },
  });
  return {
    take,
    hello: () => ({ kind: 'actors', version, title, actions: [] }),
    chart: (id) => charts.drawn(id),
    names: () => [...byName].flatMap(([name, { actor }]) => (isMade(actor) ? [name] : [])),
    row(name) {
      const seen = byName.get(name);
      return seen === undefined || !isMade(seen.actor) ? undefined : actorRow(seen);
    },
    watch(observer) {
      watching = observer;
      return () => (watching = undefined);
    },
    steps: (name, range) => stepsOf(byName.get(name), name, range),
    why: () => {
      throw new InspectorError(
        'not-found',
        'only tunnels have reasons, and these are your own machines',
      );
    },
    act: () => {
      throw new InspectorError('not-found', 'your own machines take no orders from here');
    },
  };
}

/** XState tells of an actor in the middle of its making. */
function isMade(actor: SeenActor['actor']): boolean {
  return actor.getSnapshot() !== undefined;
}

function stepsOf(
  seen: SeenActor | undefined,
  name: string,
  { fromMs = Number.NEGATIVE_INFINITY, toMs = Number.POSITIVE_INFINITY }: TimeRange,
): StepsAnswer {
  if (seen === undefined) throw new InspectorError('unknown-tunnel', 'unknown name');
  const { steps } = seen;
  return {
    name,
    earliestMs: steps[0]?.atMs ?? null,
    steps: steps.filter(({ atMs }) => atMs >= fromMs && atMs <= toMs),
    isCut: false,
  };
}
