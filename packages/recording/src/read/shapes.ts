import {
  TUNNEL_STATES,
  type AdjustableSettings,
  type ChildExited,
  type ChildReady,
  type ChildUnrunnable,
  type ForwardRefused,
  type HeartbeatMissed,
  type HostAnswered,
} from '@holdfast/machines';
import type { EventLevel } from '@holdfast/engine';
import * as z from 'zod';
import {
  context,
  count,
  failure,
  intensity,
  number,
  settings,
  sight,
  slot,
  text,
  type ShapesOf,
} from './machine-shapes.ts';

// What the lines of a recording may hold. They come from files: nothing is believed before it is looked at.
// They are tied to the machine's own lists and types: what the machine learns and no shape knows does not compile.

/** Whole microseconds: 285 years, of which no difference or sum loses a digit. */
export const microseconds = z.int().min(-9e15).max(9e15);
const tunnelNumber = z.int().min(1).max(1e9);
/** What ends up on terminals. */
const name = z.string().regex(/^[^\p{Cc}\p{Zl}\p{Zp}]{1,255}$/u);
export const level = z.enum(['debug', 'info', 'warning', 'error'] satisfies EventLevel[]);
export const state = z.enum(TUNNEL_STATES);

/** What an order can change while the tunnel lives; what it does not name stays. */
const adjusted = z
  .object({
    gateSeconds: number.min(0),
    pollSeconds: number.min(0),
    maxStarts: count,
    restartIntensity: intensity,
    challenges: z.boolean(),
    patienceSeconds: number.min(0),
    patienceAloneSeconds: number.min(0),
  } satisfies ShapesOf<AdjustableSettings>)
  .partial();

const atMs = number;
const chance = number.min(0).max(1).optional();

/** Events that bring more than their type; all others are texts. */
const fullEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('child.spawned'), slot: slot.optional(), pid: z.int(), atMs }),
  z.object({
    type: z.literal('child.exited'),
    slot: slot.optional(),
    status: z.int().nullable(),
    signal: text.nullable(),
    atMs,
    failure: failure.optional(),
    chance,
  } satisfies ShapesOf<ChildExited>),
  z.object({
    type: z.literal('child.unrunnable'),
    slot: slot.optional(),
    reason: text,
    atMs: atMs.optional(),
    failure: failure.optional(),
    chance,
  } satisfies ShapesOf<ChildUnrunnable>),
  z.object({
    type: z.literal('child.ready'),
    slot: slot.optional(),
    atMs,
    sight: sight.optional(),
  } satisfies ShapesOf<ChildReady>),
  z.object({
    type: z.literal('forward.refused'),
    slot: slot.optional(),
    port: z.int().optional(),
    failure: failure.optional(),
  } satisfies ShapesOf<ForwardRefused>),
  z.object({
    type: z.literal('heartbeat.answered'),
    atMs: atMs.optional(),
    roundTripMs: number.optional(),
  }),
  z.object({
    type: z.literal('heartbeat.missed'),
    reason: text,
    atMs: atMs.optional(),
    silentMs: number.min(0).optional(),
    sight: sight.optional(),
  } satisfies ShapesOf<HeartbeatMissed>),
  z.object({
    type: z.literal('host.answered'),
    atMs: atMs.optional(),
    sight: sight.optional(),
  } satisfies ShapesOf<HostAnswered>),
  z.object({ type: z.literal('heartbeat.impossible'), reason: text }),
  z.object({ type: z.literal('heartbeat.unsent'), reason: text }),
  z.object({ type: z.literal('tunnel.stop'), signal: text.optional() }),
  z.object({ type: z.literal('check.failed'), reason: text }),
  z.object({
    type: z.literal('settings.changed'),
    settings: adjusted,
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
    'challenger.granted',
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
const doubtValue = leaf('alone', 'waiting', 'resuming', 'outvoted').or(
  z.object({ calling: leaf('asking', 'trying') }),
);
const value = leaf('stopped', 'failed')
  .or(z.object({ backoff: leaf('waiting', 'due', 'asking') }))
  .or(
    z.object({
      running: leaf('healthy')
        // Until there were challengers, probing had no states.
        .or(z.literal('probing').transform(() => ({ probing: 'asking' })))
        .or(z.object({ probing: leaf('asking').or(z.object({ suspect: doubtValue })) }))
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
