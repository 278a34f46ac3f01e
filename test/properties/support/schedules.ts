import {
  DEFAULT_SETTINGS,
  type FailureClass,
  type RuleSetName,
  type TunnelSettings,
} from '@holdfast/machines';
import fc from 'fast-check';
import { FAILURE_CLASSES } from './expected-failures.ts';
import { always, begin, HealthyTime, QuickDeaths, StepCommand, type News } from './commands.ts';
import type { LawRun } from './laws.ts';
import { challengerNews, randomDoubt, seen, silences } from './silences.ts';
import type { TunnelModel } from './tunnel-model.ts';

const { constantFrom, integer, oneof } = fc;

/** Random settings under one rule set; the poll times are clamped here, without the machine's help. */
export function randomSettings(rules: RuleSetName): fc.Arbitrary<TunnelSettings> {
  const isInFleet = rules === 'holdfast';
  return fc
    .record({
      // In a fleet the gate is the exception.
      gateSeconds: oneof(
        { weight: isInFleet ? 6 : 1, arbitrary: constantFrom(0, 0, 0, 30) },
        { weight: 1, arbitrary: integer({ min: 0, max: 60 }) },
      ),
      pollSeconds: oneof(constantFrom(1, 5, 99, 100, 600), integer({ min: 1, max: 2000 })),
      firstPollSeconds: oneof(constantFrom(1, 5, 30, 600), integer({ min: 1, max: 2000 })),
      maxStarts: oneof(
        { weight: 3, arbitrary: constantFrom(-1) },
        { weight: 1, arbitrary: constantFrom(0, 1, 2, 3, 8, 20) },
      ),
      lifetimeSeconds: oneof(constantFrom(0, 0, 600), integer({ min: 0, max: 5000 })),
      hasHeartbeat: constantFrom(true, true, false),
      missesAllowed: constantFrom(0, 0, 1, 2),
      tellsReady: isInFleet ? constantFrom(false, false, false, true) : constantFrom(false),
      // A fleet has no ssh that reads anything.
      restartsWhenSilent: isInFleet ? constantFrom(true) : constantFrom(true, true, true, false),
      restartIntensity: oneof(
        { weight: 2, arbitrary: constantFrom(null) },
        {
          weight: 1,
          arbitrary: fc.record({ starts: fc.nat(4), periodMs: constantFrom(0, 1000, 60_000) }),
        },
      ),
      // The rules of autossh know nobody who could be asked.
      asksBeforeStart: isInFleet ? fc.boolean() : constantFrom(false),
      termGraceSeconds: integer({ min: 1, max: 6 }),
      killGraceSeconds: integer({ min: 1, max: 3 }),
      ...randomDoubt(isInFleet),
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

/** Luck in parts that need no rounding: the wait of the model is the machine's to the millisecond. */
const chance = integer({ min: 0, max: 1024 }).map((part) => part / 1024);
const failureClass = oneof(
  {
    weight: 8,
    arbitrary: constantFrom<FailureClass>('unreachable', 'dropped', 'throttled', 'auth'),
  },
  { weight: 3, arbitrary: constantFrom(...FAILURE_CLASSES) },
);
/** Half the time somebody read why ssh ended. */
const said = oneof(fc.constant({}), fc.record({ failure: failureClass, chance }));

const ways = oneof(
  { weight: 6, arbitrary: constantFrom<number | string>(255) },
  { weight: 2, arbitrary: constantFrom<number | string>(0, 1, 2) },
  { weight: 1, arbitrary: integer({ min: 3, max: 254 }) },
  {
    weight: 2,
    arbitrary: constantFrom('SIGTERM', 'SIGINT', 'SIGKILL', 'SIGHUP', 'SIGSEGV', 'SIGPIPE'),
  },
);
const exits = fc.tuple(ways, said).map(([how, why]) => always({ do: 'exit', how, ...why }));

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

const spawns = constantFrom<fc.Command<TunnelModel, LawRun>>(always({ do: 'spawn' }), begin, begin);
const roundTripMs = oneof(fc.nat(50), fc.nat(4000));
const beats = oneof(
  { weight: 2, arbitrary: roundTripMs.map((ms) => always({ do: 'answer', roundTripMs: ms })) },
  { weight: 1, arbitrary: constantFrom(always({ do: 'miss' })) },
  { weight: 2, arbitrary: seen.map((sight) => always({ do: 'miss', seen: sight })) },
  { weight: 1, arbitrary: constantFrom(always({ do: 'findImpossible' })) },
  { weight: 2, arbitrary: constantFrom(always({ do: 'failToSend' })) },
);
const refusals = fc
  .option(failureClass, { nil: undefined })
  .map((failure) => always({ do: 'refuseForward', ...(failure === undefined ? {} : { failure }) }));
const orders = oneof(
  {
    weight: 5,
    arbitrary: constantFrom(
      always({ do: 'restart' }),
      always({ do: 'restart' }),
      always({ do: 'retry' }),
      always({ do: 'probeNow' }),
      always({ do: 'changeNetwork' }),
      always({ do: 'changeNetwork' }),
    ),
  },
  { weight: 1, arbitrary: refusals },
);
/** What matters in a fleet only. */
const news = constantFrom(
  always({ do: 'grant' }),
  always({ do: 'grant' }),
  always({ do: 'grant' }),
  always({ do: 'ready' }),
  always({ do: 'ready' }),
  always({ do: 'answerAtHost' }),
  always({ do: 'answerAtHost' }),
  always({ do: 'changeKeys' }),
  always({ do: 'changeKeys' }),
  always({ do: 'failCheck' }),
);
const ends = oneof(
  { weight: 2, arbitrary: constantFrom(always({ do: 'stop' })) },
  { weight: 1, arbitrary: constantFrom(always({ do: 'retry' })) },
  { weight: 1, arbitrary: said.map((why) => always({ do: 'refuseToRun', ...why })) },
);
const deaths = fc
  .tuple(
    integer({ min: 1, max: 12 }),
    integer({ min: 0, max: 3000 }),
    failureClass,
    constantFrom<News>('none', 'none', 'answerAtHost', 'changeKeys'),
  )
  .map((facts) => new QuickDeaths(...facts));
const healthyTimes = fc
  .tuple(integer({ min: 1, max: 30 }), roundTripMs, fc.boolean())
  .map((facts) => new HealthyTime(...facts));

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
      news,
      news,
      ends,
      deaths,
      healthyTimes,
      challengerNews,
      silences,
    ],
    { maxCommands: 60, size: 'max' },
  );
}

/** Random settings of a tunnel whose ssh is doubted, and most of the time challenged. */
export function doubtfulSettings(): fc.Arbitrary<TunnelSettings> {
  return fc
    .tuple(randomSettings('holdfast'), constantFrom(10, 60, 300), constantFrom(0, 0, 0, 5000))
    .map(([settings, patienceSeconds, lifetimeSeconds]) => ({
      ...settings,
      hasHeartbeat: true,
      patienceSeconds,
      lifetimeSeconds,
      pollSeconds: Math.min(settings.pollSeconds, 60),
    }));
}

/** Random schedules of silences, and of all that may happen to a challenger. */
export function doubtfulSchedule(): ReturnType<typeof randomSchedule> {
  return fc.commands(
    [
      spawns,
      exits,
      edges,
      edges,
      beats,
      beats,
      waits,
      orders,
      news,
      news,
      ends,
      healthyTimes,
      challengerNews,
      challengerNews,
      challengerNews,
      silences,
      silences,
      silences,
      silences,
      silences,
      silences,
    ],
    { maxCommands: 40, size: 'max' },
  );
}
