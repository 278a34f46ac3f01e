import {
  FAILURE_CLASSES,
  FAILURE_VERDICTS,
  RULE_SETS,
  STOP_REASONS,
  TAKES_PROBES,
  type Challenger,
  type ConnectionSight,
  type Doubt,
  type ProbeTaking,
  type RoundTrip,
  type RuleSetName,
  type Slot,
  type TunnelContext,
  type TunnelFailures,
  type TunnelSettings,
} from '@holdfast/machines';
import * as z from 'zod';

// What a recording may say of a machine: its settings, and all that it remembers. Lines hold it whole, and events in parts.

/** A shape for each field of `T`, and for no other. */
export type ShapesOf<T> = Record<keyof T, z.ZodType>;

export const number = z.number();
export const count = z.int().min(-1);
export const text = z.string().max(10_000);
const failureClass = z.enum(FAILURE_CLASSES);
export const failure = z.object({ class: failureClass, sentence: text });
export const intensity = z.object({ starts: count, periodMs: number }).nullable();

export const settings = z.object({
  name: text,
  rules: z.enum(Object.keys(RULE_SETS) as [RuleSetName, ...RuleSetName[]]),
  gateSeconds: number.min(0),
  pollSeconds: number.min(0),
  firstPollSeconds: number.min(0),
  maxStarts: count,
  lifetimeSeconds: number.min(0),
  hasHeartbeat: z.boolean(),
  missesAllowed: count,
  // Not in recordings that are older than challengers.
  patienceSeconds: number.min(0).default(0),
  patienceAloneSeconds: number.min(0).default(60),
  challenges: z.boolean().default(false),
  // Not in recordings that are older than it.
  restartsWhenSilent: z.boolean().default(true),
  // Recordings of earlier versions do not have these two.
  aliveLimitSeconds: number.min(0).nullable().default(null),
  tellsReady: z.boolean().default(false),
  restartIntensity: intensity,
  asksBeforeStart: z.boolean(),
  termGraceSeconds: number.min(0),
  killGraceSeconds: number.min(0),
} satisfies ShapesOf<TunnelSettings>);

export const slot = z.enum(['a', 'b'] satisfies Slot[]);
export const sight = z
  .object({
    hasMoved: z.boolean(),
    resendInMs: number.nullable(),
    hasAddress: z.boolean(),
    streams: count.nullable(),
  } satisfies ShapesOf<ConnectionSight>)
  .nullable();

export const context = z.object({
  settings,
  starts: count,
  tries: count,
  misses: count,
  // Not in recordings that are older than challengers.
  doubt: z
    .object({
      silentSinceMs: number.nullable(),
      sight,
      attempts: count,
      waitMs: number.min(0),
      graceMs: number.min(0),
      resumeMs: number.min(0).default(0),
      isOverdue: z.boolean().default(false),
    } satisfies ShapesOf<Doubt>)
    .nullable()
    .default(null),
  carrier: slot.default('a'),
  challenger: z
    .object({
      pid: z.int().nullable(),
      isIn: z.boolean(),
      isLeaving: z.boolean(),
    } satisfies ShapesOf<Challenger>)
    .nullable()
    .default(null),
  hasWitness: z.boolean().default(true),
  probes: z.boolean(),
  failures: z.object({
    counts: z.partialRecord(failureClass, count),
    last: failure.nullable(),
    verdict: z.enum(FAILURE_VERDICTS),
    waitMs: number.min(0),
    recentRestartsMs: z.array(number).max(10_000),
  } satisfies ShapesOf<TunnelFailures>),
  // Recordings of earlier versions do not have these four.
  unsent: text.nullable().default(null),
  hasLoggedIn: z.boolean().default(true),
  firstProbe: z.enum(['due', 'out', 'over']).default('over'),
  untaken: z
    .object({
      phase: z.enum(['asked', 'trial', 'unasked']),
      why: z.enum(['ended', 'silent']).nullable(),
      times: count,
      sinceMs: number,
    } satisfies ShapesOf<ProbeTaking>)
    .default(TAKES_PROBES),
  roundTrip: z
    .object({
      smoothedMs: number,
      variationMs: number,
      // Not in recordings that are older than it.
      late: z.object({ times: count, leastMs: number }).nullable().default(null),
    } satisfies ShapesOf<RoundTrip>)
    .nullable(),
  provedAtMs: number.nullable(),
  answeredAtMs: number.nullable(),
  pid: z.int().nullable(),
  startedAtMs: number,
  stopReason: z.enum(STOP_REASONS).nullable(),
  end: z.null(),
} satisfies ShapesOf<TunnelContext>);
