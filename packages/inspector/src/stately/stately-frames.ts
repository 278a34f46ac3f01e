import type { AnyActorRef, InspectionEvent, Observer } from 'xstate';
import type { StatelyFrame } from './frame.ts';
import { actorFrame, frameOf, type FrameRules } from './frame-of.ts';
import { redactFrame } from './redact-frame.ts';

/** How deep frames go by default: deeper than the 10 of `@statelyai/inspect`, which would cut the tunnel's chart off. */
export const DEFAULT_FRAME_DEPTH = 24;

/** What frames are made from. */
export interface StatelyFramesOptions {
  /** Gets each frame. */
  readonly send: (frame: StatelyFrame) => void;
  /** What stays of events and states, as plain data. Default: {@link redactFrame}. */
  readonly redact?: FrameRules['redact'] | undefined;
  /** How many objects and arrays may stand inside each other. Default: `DEFAULT_FRAME_DEPTH`. */
  readonly depthLimit?: number | undefined;
  /** Milliseconds since 1970. Default: the system's clock. */
  readonly now?: (() => number) | undefined;
}

/** Makes frames of what an actor system says. */
export interface StatelyFrames {
  /** For `createActor(logic, { inspect })` or `system.inspect`. */
  readonly inspect: Observer<InspectionEvent>;
  /** Tells of these actors, their parents and all their children, as they are now: for a viewer that comes late. */
  greet(actors: Iterable<AnyActorRef>): void;
}

/** Microsteps happen while an actor is made, these only afterwards. */
const TOLD: ReadonlySet<string> = new Set(['@xstate.event', '@xstate.snapshot']);

type ActorEvent = Extract<InspectionEvent, { type: '@xstate.actor' }>;

/**
 * Turns inspection events into the messages of `@statelyai/inspect` 0.7.
 *
 * Each frame is made at once, and so shows the state of its moment. That package makes it in a `setTimeout(0)`: there, the
 * first frame of an actor can already show a later state. Only the frame of a new actor waits, until the actor has a state:
 * XState tells of it in the middle of its making.
 */
export function createStatelyFrames({
  send,
  redact = redactFrame,
  depthLimit = DEFAULT_FRAME_DEPTH,
  now = Date.now,
}: StatelyFramesOptions): StatelyFrames {
  const rules: FrameRules = { redact, depthLimit, now };
  const unborn: ActorEvent[] = [];
  const tell = (event: InspectionEvent) => {
    try {
      const frame = frameOf(event, rules);
      if (frame !== undefined) send(frame);
    } catch {
      // Who watches runs inside what is watched: an error here would be one of the actor. A frame is missing.
    }
  };
  const tellBorn = () => {
    for (const event of unborn.splice(0)) tell(event);
  };
  return {
    inspect: {
      next(event) {
        if (event.type === '@xstate.actor') {
          if (unborn.length === 0) queueMicrotask(tellBorn);
          unborn.push(event);
        } else if (TOLD.has(event.type)) {
          tellBorn();
          tell(event);
        }
      },
    },
    greet(actors) {
      for (const actor of familyOf(actors)) send(actorFrame(actor, rootIdOf(actor), rules));
    },
  };
}

function childrenOf(actor: AnyActorRef): readonly AnyActorRef[] {
  const snapshot = actor.getSnapshot() as
    { readonly children?: Readonly<Record<string, AnyActorRef | undefined>> } | undefined;
  return Object.values(snapshot?.children ?? {}).filter((child) => child !== undefined);
}

function ancestorsOf(actor: AnyActorRef): readonly AnyActorRef[] {
  const parent = actor._parent;
  return parent === undefined ? [] : [...ancestorsOf(parent), parent];
}

function* descendantsOf(actor: AnyActorRef): Generator<AnyActorRef> {
  for (const child of childrenOf(actor)) {
    yield child;
    yield* descendantsOf(child);
  }
}

/** Actors with all that they live in and all that lives in them: each once, parents first. */
function familyOf(actors: Iterable<AnyActorRef>): ReadonlySet<AnyActorRef> {
  const family = new Set<AnyActorRef>();
  for (const actor of actors) {
    for (const member of [...ancestorsOf(actor), actor, ...descendantsOf(actor)]) {
      family.add(member);
    }
  }
  return family;
}

/** Session of the root of an actor's system. */
function rootIdOf(actor: AnyActorRef): string {
  return (ancestorsOf(actor)[0] ?? actor).sessionId;
}
