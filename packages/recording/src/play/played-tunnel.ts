import {
  tunnelMachine,
  tunnelState,
  type TunnelContext,
  type TunnelEvent,
  type TunnelSettings,
  type TunnelSnapshot,
  type TunnelState,
} from '@holdfast/machines';
import { createActor, fromCallback, type Actor, type InspectionEvent } from 'xstate';
import type { StateValueData } from '../format/line.ts';

/** The machine of a tunnel whose world is a recording: nothing runs, and no delay ends by itself. */
export interface PlayedTunnel {
  snapshot(): TunnelSnapshot;
  state(): TunnelState;
  /** Gives it an input. @param nowMs - when, on the clock of the recording. */
  send(event: TunnelEvent, nowMs: number): void;
  /** Why the end of this delay cannot come now; `undefined` if it can. */
  tooEarly(type: string, nowMs: number): string | undefined;
  /** What it failed over; `undefined` as long as it works. */
  failure(): Error | undefined;
  stop(): void;
}

/** Node's timers may be a millisecond early, and the recording rounds. */
const EARLY_MS = 2;

const inert = fromCallback(() => undefined);

/** The machine with actors that do nothing: their words are in the recording. */
const playable = tunnelMachine.provide({
  actors: { sshChild: inert as never, heartbeat: inert as never },
});

/** A tunnel at its beginning. */
export function playFromBegin(
  settings: TunnelSettings,
  nowMs: number,
  inspect: (event: InspectionEvent) => void,
): PlayedTunnel {
  return play({ input: settings }, nowMs, inspect);
}

/** A tunnel as a checkpoint has it. */
export function playFromCheckpoint(
  { value, context }: { readonly value: StateValueData; readonly context: TunnelContext },
  nowMs: number,
  inspect: (event: InspectionEvent) => void,
): PlayedTunnel {
  const hasChild = typeof value === 'object' && 'running' in value;
  const child = (src: string) => ({ src, snapshot: { status: 'active', input: {} } });
  const children = hasChild ? { sshChild: child('sshChild'), heartbeat: child('heartbeat') } : {};
  const snapshot = { status: 'active', value, context, children, historyValue: {} };
  return play({ snapshot: snapshot as never, input: context.settings }, nowMs, inspect);
}

interface Options {
  readonly input: TunnelSettings;
  /** XState's own type of it tells nothing about what was written down. */
  readonly snapshot?: never;
}

function play(
  options: Options,
  startedMs: number,
  inspect: (event: InspectionEvent) => void,
): PlayedTunnel {
  let failure: Error | undefined;
  const actor: Actor<typeof playable> = createActor(playable, {
    ...options,
    clock: { setTimeout: () => 0, clearTimeout: () => undefined },
    inspect: (event: InspectionEvent) => {
      // Its own events, and not those of the actors in its holes.
      if (event.actorRef?.sessionId === event.rootId) inspect(event);
    },
  } as never);
  actor.subscribe({ error: (error) => (failure = asError(error)) });
  const delays = createDelays(actor);
  actor.start();
  delays.note(startedMs);
  return {
    snapshot: () => actor.getSnapshot(),
    state: () => tunnelState(actor.getSnapshot()),
    send(event, nowMs) {
      actor.send(event);
      delays.note(nowMs);
    },
    tooEarly: (type, nowMs) => delays.tooEarly(type, nowMs),
    failure: () => failure,
    stop: () => void actor.stop(),
  };
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

/** The delays that the machine waits for, and when they are over. */
function createDelays(actor: Actor<typeof playable>) {
  let known = new Map<object, number>();
  const waiting = () =>
    Object.values(actor.system.getSnapshot()._scheduledEvents).filter(
      ({ source }) => source === actor,
    );
  return {
    note(nowMs: number) {
      const next = new Map<object, number>();
      for (const event of waiting()) next.set(event, known.get(event) ?? nowMs + event.delay);
      known = next;
    },
    tooEarly(type: string, nowMs: number): string | undefined {
      const isActive = actor
        .getSnapshot()
        ._nodes.some(({ after }) => after.some(({ eventType }) => eventType === type));
      if (!isActive) return 'the machine does not wait for it';
      const set = waiting().find(({ event }) => event.type === type);
      // Set before a checkpoint: nobody knows when.
      if (set === undefined) return undefined;
      const leftMs = known.get(set)! - nowMs;
      return leftMs > EARLY_MS ? `it is due ${leftMs.toFixed(0)} ms later` : undefined;
    },
  };
}
