import type { ConnectionSight, FailureClass } from '@holdfast/machines';
import fc from 'fast-check';
import { always, begin } from './commands.ts';
import { FAILURE_CLASSES } from './expected-failures.ts';
import type { LawRun } from './laws.ts';
import type { TunnelModel } from './tunnel-model.ts';

const { constantFrom, integer, oneof } = fc;

// What random schedules know of an ssh that is silent, and of the challenger beside it.

/** How patient a tunnel is, and whether it has challengers: in a fleet; autossh has one ssh always. */
export function randomDoubt(isInFleet: boolean) {
  return {
    patienceSeconds: isInFleet ? constantFrom(0, 10, 60, 300) : constantFrom(0, 0, 0, 20),
    patienceAloneSeconds: constantFrom(1, 10, 60),
    challenges: isInFleet ? constantFrom(true, true, true, false) : constantFrom(false),
  };
}

/** What the table of sockets may say; `null`: it cannot be read. */
export const seen: fc.Arbitrary<ConnectionSight | null> = oneof(
  { weight: 1, arbitrary: constantFrom(null) },
  {
    weight: 4,
    arbitrary: fc.record({
      hasMoved: constantFrom(false, false, false, false, false, false, true),
      resendInMs: constantFrom(null, 0, 200, 1600, 25_600, 400_000),
      hasAddress: constantFrom(true, true, true, false),
      streams: constantFrom(0, 1, 1, 5, null),
    }),
  },
);

/** Why a challenger came to nothing: most of the time since the path is down. */
const defeat = fc.record({
  failure: oneof(
    { weight: 5, arbitrary: constantFrom<FailureClass>('unreachable', 'throttled') },
    { weight: 1, arbitrary: constantFrom(...FAILURE_CLASSES) },
  ),
  chance: integer({ min: 0, max: 1024 }).map((part) => part / 1024),
});

/** From now on there is no witness. */
const ALONE = { challenges: false, patienceAloneSeconds: 10 };

/** What becomes of a silence. */
const COURSES = [
  'blip',
  'late blip',
  'death',
  'death',
  'death',
  'path down',
  'own end',
  'unheard',
  'path proved',
  'path proved',
  'left late',
] as const;

interface SilenceFacts {
  readonly course: (typeof COURSES)[number];
  readonly first: ConnectionSight | null;
  readonly later: ConnectionSight | null;
  readonly defeat: { readonly failure: FailureClass; readonly chance: number };
  readonly afterMs: number;
  readonly tries: number;
}

/** An ssh that was proved does not answer any more, and what comes of it. */
class Silence implements fc.Command<TunnelModel, LawRun> {
  private readonly facts: SilenceFacts;

  constructor(facts: SilenceFacts) {
    this.facts = facts;
  }

  check(model: TunnelModel): boolean {
    return !model.isOver && model.settings.hasHeartbeat && model.state !== 'stopping';
  }

  run(model: TunnelModel, run: LawRun): void {
    begin.run(model, run);
    run.perform({ do: 'ready' });
    run.perform({ do: 'answer', roundTripMs: 20 });
    if (model.state === 'healthy') run.perform({ do: 'advance', ms: model.nextMs ?? 0 });
    if (this.facts.course === 'left late') run.perform({ do: 'adjust', settings: ALONE });
    run.perform({ do: 'miss', seen: this.facts.first });
    if (this.facts.course === 'path proved') this.waitForTcp(model, run);
    run.perform({ do: 'grantChallenger' });
    run.perform({ do: 'spawnChallenger' });
    run.perform({ do: 'advance', ms: this.facts.afterMs });
    this.goOn(model, run);
  }

  /** Another tunnel finds that the path works, and ssh is not heard for all that. */
  private waitForTcp(model: TunnelModel, run: LawRun): void {
    run.perform({ do: 'answerAtHost', seen: this.facts.later });
    if (model.doubt.phase === 'resuming') run.perform({ do: 'advance', ms: model.nextMs ?? 0 });
  }

  private goOn(model: TunnelModel, run: LawRun): void {
    const { course, later, defeat: why } = this.facts;
    switch (course) {
      case 'blip':
        run.perform({ do: 'answer', roundTripMs: 900 });
        run.perform({ do: 'readyChallenger', seen: later });
        return run.perform({ do: 'exitChallenger' });
      case 'late blip':
        run.perform({ do: 'readyChallenger', seen: later });
        return run.perform({ do: 'answer', roundTripMs: 900 });
      case 'death':
      case 'path proved':
        run.perform({ do: 'readyChallenger', seen: later });
        if (model.state === 'probing') run.perform({ do: 'advance', ms: model.nextMs ?? 0 });
        run.perform({ do: 'exit', how: 'SIGTERM', chance: why.chance });
        return run.perform({ do: 'ready' });
      case 'path down':
        for (let times = this.facts.tries; times > 0 && model.doubt.phase; times -= 1) {
          run.perform({ do: 'exitChallenger', ...why });
          run.perform({ do: 'advance', ms: model.nextMs ?? 0 });
          run.perform({ do: 'grantChallenger' });
          run.perform({ do: 'spawnChallenger' });
        }
        return;
      case 'own end':
        return run.perform({ do: 'exit', how: 255, failure: 'dropped', chance: why.chance });
      case 'unheard':
        return run.perform({ do: 'advance', ms: 300_000 });
      // One that was sent away in the silence before.
      case 'left late':
        run.perform({ do: 'exitChallenger' });
        return run.perform({ do: 'advance', ms: model.nextMs ?? 0 });
    }
  }

  toString(): string {
    return `a silence: ${JSON.stringify(this.facts)}`;
  }
}

/** Silences of every kind. */
export const silences = fc
  .record({
    course: constantFrom(...COURSES),
    first: seen,
    later: seen,
    defeat,
    afterMs: oneof(constantFrom(0), integer({ min: 0, max: 8000 })),
    tries: integer({ min: 1, max: 8 }),
  })
  .map((facts) => new Silence(facts));

/** What may happen to a challenger at any time. */
export const challengerNews = oneof(
  {
    weight: 4,
    arbitrary: constantFrom(
      always({ do: 'grantChallenger' }),
      always({ do: 'spawnChallenger' }),
      always({ do: 'spawnChallenger' }),
      always({ do: 'exitChallenger' }),
      always({ do: 'adjust', settings: { challenges: false } }),
      always({ do: 'adjust', settings: { challenges: true } }),
      always({ do: 'adjust', settings: { patienceSeconds: 0 } }),
      always({ do: 'adjust', settings: { patienceSeconds: 30, patienceAloneSeconds: 5 } }),
    ),
  },
  { weight: 2, arbitrary: seen.map((sight) => always({ do: 'readyChallenger', seen: sight })) },
  { weight: 1, arbitrary: defeat.map((why) => always({ do: 'exitChallenger', ...why })) },
  { weight: 1, arbitrary: defeat.map((why) => always({ do: 'refuseChallenger', ...why })) },
);
