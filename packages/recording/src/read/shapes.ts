import {
  FAILURE_CLASSES,
  FAILURE_VERDICTS,
  RULE_SETS,
  STOP_REASONS,
  TAKES_PROBES,
  TUNNEL_STATES,
  type RoundTrip,
  type RuleSetName,
  type TunnelContext,
  type TunnelFailures,
  type TunnelSettings,
  type ChildExited,
  type ChildUnrunnable,
  type ForwardRefused,
  type ProbeTaking,
} from '@holdfast/machines';
import type { EventLevel } from '@holdfast/engine';
import * as z from 'zod';

// What the lines of a recording may hold. They come from files: nothing is believed before it is looked at.
// They are tied to the machine's own lists and types: what the machine learns and no shape knows does not compile.

/** A shape for each field of `T`, and for no other. */
type ShapesOf<T> = Record<keyof T, z.ZodType>;

const number = z.number();
const count = z.int().min(-1);
const text = z.string().max(10_000);
/** Whole microseconds: 285 years, of which no difference or sum loses a digit. */
export const microseconds = z.int().min(-9e15).max(9e15);
const tunnelNumber = z.int().min(1).max(1e9);
/** What ends up on terminals. */
const name = z.string().regex(/^[^\p{Cc}\p{Zl}\p{Zp}]{1,255}$/u);
export const level = z.enum(['debug', 'info', 'warning', 'error'] satisfies EventLevel[]);
export const state = z.enum(TUNNEL_STATES);

const failureClass = z.enum(FAILURE_CLASSES);
const failure = z.object({ class: failureClass, sentence: text });
const intensity = z.object({ starts: count, periodMs: number }).nullable();

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

export const context = z.object({
  settings,
  starts: count,
  tries: count,
  misses: count,
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

const atMs = number;
const chance = number.min(0).max(1).optional();

/** Events that bring more than their type; all others are texts. */
const fullEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('child.spawned'), pid: z.int(), atMs }),
  z.object({
    type: z.literal('child.exited'),
    status: z.int().nullable(),
    signal: text.nullable(),
    atMs,
    failure: failure.optional(),
    chance,
  } satisfies ShapesOf<ChildExited>),
  z.object({
    type: z.literal('child.unrunnable'),
    reason: text,
    atMs: atMs.optional(),
    failure: failure.optional(),
    chance,
  } satisfies ShapesOf<ChildUnrunnable>),
  z.object({ type: z.literal('child.ready'), atMs }),
  z.object({
    type: z.literal('forward.refused'),
    port: z.int().optional(),
    failure: failure.optional(),
  } satisfies ShapesOf<ForwardRefused>),
  z.object({
    type: z.literal('heartbeat.answered'),
    atMs: atMs.optional(),
    roundTripMs: number.optional(),
  }),
  z.object({ type: z.literal('heartbeat.missed'), reason: text }),
  z.object({ type: z.literal('heartbeat.impossible'), reason: text }),
  z.object({ type: z.literal('heartbeat.unsent'), reason: text }),
  z.object({ type: z.literal('tunnel.stop'), signal: text.optional() }),
  z.object({ type: z.literal('check.failed'), reason: text }),
  z.object({
    type: z.literal('settings.changed'),
    settings: settings
      .pick({ gateSeconds: true, pollSeconds: true, maxStarts: true, restartIntensity: true })
      .partial(),
  }),
]);

/** Events that are texts: they need nothing but their type. */
const bareEvent = z
  .enum([
    'forward.refused',
    'heartbeat.answered',
    'tunnel.stop',
    'tunnel.restart',
    'tunnel.retry',
    'tunnel.probe',
    'network.changed',
    'start.granted',
    'host.answered',
    'credentials.changed',
  ])
  .or(z.string().regex(/^xstate\.after\.[\w.]{1,100}$/));

export const inputLine = z.tuple([tunnelNumber, microseconds, bareEvent.or(fullEvent), state]);
export const sentenceLine = z.tuple([tunnelNumber, z.enum(['said', 'noted']), level, text]);

export const headLine = z.object({
  recording: z.literal(1),
  program: z.string().max(100),
  run: z.string().max(100),
  wallMs: number,
  clockUs: microseconds,
  about: z.record(z.string().max(100), text).optional(),
});
export const clockLine = z.object({
  clock: z.literal('set'),
  wallMs: number,
  clockUs: microseconds,
});
export const gapLine = z.object({ gap: text, lines: count });
export const noticeLine = z.object({
  said: text,
  level,
  name: name.nullable(),
  atUs: microseconds,
});
export const beginLine = z.object({
  begin: tunnelNumber,
  name,
  atUs: microseconds,
  settings,
  state,
});

const leaf = (...names: [string, ...string[]]) => z.enum(names);
const value = leaf('stopped', 'failed')
  .or(z.object({ backoff: leaf('waiting', 'due', 'asking') }))
  .or(
    z.object({
      running: leaf('healthy', 'probing')
        .or(z.object({ unproven: leaf('gating', 'connecting') }))
        .or(z.object({ stopping: leaf('terminating', 'killing') })),
    }),
  );

export const checkpointLine = z.object({
  checkpoint: tunnelNumber,
  name,
  atUs: microseconds,
  sinceUs: microseconds,
  value,
  context,
});
