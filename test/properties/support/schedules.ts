import { DEFAULT_SETTINGS, type RuleSetName, type TunnelSettings } from '@holdfast/machines';
import fc from 'fast-check';
import type { LawRun } from './laws.ts';
import { isPossible, type Step } from './steps.ts';
import type { TunnelModel } from './tunnel-model.ts';

const { constantFrom, integer, oneof } = fc;

/** Random settings under one rule set; the poll times are clamped here, without the machine's help. */
export function randomSettings(rules: RuleSetName): fc.Arbitrary<TunnelSettings> {
  return fc
    .record({
      gateSeconds: oneof(constantFrom(0, 0, 0, 30), integer({ min: 0, max: 60 })),
      pollSeconds: oneof(constantFrom(1, 5, 99, 100, 600), integer({ min: 1, max: 2000 })),
      firstPollSeconds: oneof(constantFrom(1, 5, 30, 600), integer({ min: 1, max: 2000 })),
      maxStarts: oneof(
        { weight: 3, arbitrary: constantFrom(-1) },
        { weight: 1, arbitrary: constantFrom(0, 1, 2, 3, 8, 20) },
      ),
      lifetimeSeconds: oneof(constantFrom(0, 0, 600), integer({ min: 0, max: 5000 })),
      hasHeartbeat: constantFrom(true, true, false),
      missesAllowed: constantFrom(0, 0, 1, 2),
      termGraceSeconds: integer({ min: 1, max: 6 }),
      killGraceSeconds: integer({ min: 1, max: 3 }),
    })
    .map((settings) => {
      const longest = settings.lifetimeSeconds || Infinity;
      return {
        ...DEFAULT_SETTINGS,
        ...settings,
        rules,
        pollSeconds: Math.min(settings.pollSeconds, longest),
        firstPollSeconds: Math.min(settings.firstPollSeconds, longest),
      };
    });
}

/** Performs one step, given as a fact or as a question to the model. */
class StepCommand implements fc.Command<TunnelModel, LawRun> {
  private readonly name: string;
  private readonly step: (model: TunnelModel) => Step | undefined;

  constructor(name: string, step: (model: TunnelModel) => Step | undefined) {
    this.name = name;
    this.step = step;
  }

  check(model: TunnelModel): boolean {
    const step = this.step(model);
    return step !== undefined && isPossible(step, model);
  }

  run(model: TunnelModel, run: LawRun): void {
    run.perform(this.step(model)!);
  }

  toString(): string {
    return this.name;
  }
}

/** Several quick deaths in a row, with all the waiting between them: how backoff grows. */
class QuickDeaths implements fc.Command<TunnelModel, LawRun> {
  private readonly times: number;
  private readonly ageMs: number;

  constructor(times: number, ageMs: number) {
    this.times = times;
    this.ageMs = ageMs;
  }

  check(model: TunnelModel): boolean {
    return !model.isOver && model.state !== 'gating';
  }

  run(model: TunnelModel, run: LawRun): void {
    for (let time = 0; time < this.times && !model.isOver; time += 1) {
      if (model.state === 'backoff') run.perform({ do: 'advance', ms: model.nextMs ?? 0 });
      run.perform({ do: 'spawn' });
      run.perform({ do: 'advance', ms: this.ageMs });
      run.perform({ do: 'exit', how: 255 });
    }
  }

  toString(): string {
    return `${this.times} deaths after ${this.ageMs} ms`;
  }
}

function always(step: Step): StepCommand {
  return new StepCommand(JSON.stringify(step), () => step);
}

const exits = oneof(
  { weight: 6, arbitrary: constantFrom<number | string>(255) },
  { weight: 2, arbitrary: constantFrom<number | string>(0, 1, 2) },
  { weight: 1, arbitrary: integer({ min: 3, max: 254 }) },
  {
    weight: 2,
    arbitrary: constantFrom('SIGTERM', 'SIGINT', 'SIGKILL', 'SIGHUP', 'SIGSEGV', 'SIGPIPE'),
  },
).map((how) => always({ do: 'exit', how }));

const waits = oneof(
  integer({ min: 0, max: 2000 }),
  integer({ min: 0, max: 60_000 }),
  integer({ min: 0, max: 700_000 }),
).map((ms) => always({ do: 'advance', ms }));

/** To the very moment of the next timer, or 1 ms before or after it: the edges. */
const edges = constantFrom(0, 0, 0, -1, 1).map(
  (offMs) =>
    new StepCommand(`advance to the next timer${offMs === 0 ? '' : ` ${offMs} ms`}`, (model) =>
      model.nextMs === undefined
        ? undefined
        : { do: 'advance', ms: Math.max(0, model.nextMs + offMs) },
    ),
);

const spawns = constantFrom(always({ do: 'spawn' }));
const beats = constantFrom(
  always({ do: 'answer' }),
  always({ do: 'answer' }),
  always({ do: 'miss' }),
  always({ do: 'miss' }),
  always({ do: 'findImpossible' }),
);
const orders = constantFrom(
  always({ do: 'restart' }),
  always({ do: 'restart' }),
  always({ do: 'retry' }),
  always({ do: 'changeNetwork' }),
  always({ do: 'changeNetwork' }),
  always({ do: 'refuseForward' }),
);
const ends = constantFrom(
  always({ do: 'stop' }),
  always({ do: 'stop' }),
  always({ do: 'retry' }),
  always({ do: 'refuseToRun' }),
);
const deaths = fc
  .tuple(integer({ min: 1, max: 12 }), integer({ min: 0, max: 3000 }))
  .map(([times, ageMs]) => new QuickDeaths(times, ageMs));

/** Random schedules of exits, signals, heartbeat answers, orders and clock steps. */
export function randomSchedule(): fc.Arbitrary<Iterable<fc.Command<TunnelModel, LawRun>>> {
  // What stands here more than once comes more often.
  return fc.commands(
    [
      spawns,
      spawns,
      spawns,
      spawns,
      exits,
      exits,
      exits,
      edges,
      edges,
      beats,
      beats,
      waits,
      orders,
      ends,
      deaths,
    ],
    { maxCommands: 60, size: 'max' },
  );
}
