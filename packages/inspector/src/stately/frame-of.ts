import type { ActorRefLike, AnyActorRef, AnyEventObject, InspectionEvent, Snapshot } from 'xstate';
import { STATELY_VERSION, type StatelyActorFrame, type StatelyFrame } from './frame.ts';
import { plainData } from './plain-data.ts';

/** How frames are made. */
export interface FrameRules {
  /** What stays of events, and of a snapshot's `context`, `input`, `output` and `error`; gets and gives plain data. */
  readonly redact: (value: unknown) => unknown;
  /** How many objects and arrays may stand inside each other, the frame itself counted. */
  readonly depthLimit: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** The parts of a snapshot that can hold what nobody else should read. */
const PRIVATE_PARTS = ['context', 'input', 'output', 'error'];

function redactParts(snapshot: object, { redact }: FrameRules): object {
  return Object.fromEntries(
    Object.entries(snapshot).map(([part, value]) => [
      part,
      PRIVATE_PARTS.includes(part) ? redact(value) : value,
    ]),
  );
}

/** `undefined` of an actor that has no snapshot yet. */
function frameSnapshot(snapshot: unknown, namesFunctions: boolean, rules: FrameRules) {
  // The frame around it is one level, too.
  const plain = plainData(snapshot, { depthLimit: rules.depthLimit - 1, namesFunctions });
  const isWhole = typeof plain === 'object' && plain !== null;
  return (isWhole ? redactParts(plain, rules) : plain) as Snapshot<unknown>;
}

function frameEvent(event: AnyEventObject, rules: FrameRules): AnyEventObject {
  const depthLimit = rules.depthLimit - 1;
  const redacted = rules.redact(plainData(event, { depthLimit, namesFunctions: false }));
  return { ...(redacted as object), type: event.type };
}

function origin(actorRef: ActorRefLike, rootId: string, { now }: FrameRules) {
  return {
    sessionId: actorRef.sessionId,
    rootId,
    createdAt: String(now()),
    id: null,
    _version: STATELY_VERSION,
  } as const;
}

/** The frame that says that there is an actor, with its present state. */
export function actorFrame(
  actor: AnyActorRef,
  rootId: string,
  rules: FrameRules,
): StatelyActorFrame {
  return {
    type: '@xstate.actor',
    ...origin(actor, rootId, rules),
    name: actorName(actor),
    parentId: actor._parent?.sessionId,
    definition: definitionOf(actor, rules.depthLimit),
    snapshot: frameSnapshot(actor.getSnapshot(), false, rules),
  };
}

/**
 * The frame of an inspection event, as `@statelyai/inspect` 0.7 makes it; `undefined` of events that Stately's inspector is
 * not told: microsteps, actions and transitions.
 */
export function frameOf(event: InspectionEvent, rules: FrameRules): StatelyFrame | undefined {
  const common = () => origin(event.actorRef, event.rootId, rules);
  switch (event.type) {
    case '@xstate.actor':
      return actorFrame(event.actorRef as AnyActorRef, event.rootId, rules);
    case '@xstate.event':
      return {
        type: event.type,
        ...common(),
        sourceId: event.sourceRef?.sessionId,
        event: frameEvent(event.event, rules),
      };
    case '@xstate.snapshot':
      return {
        type: event.type,
        ...common(),
        event: frameEvent(event.event, rules),
        snapshot: frameSnapshot(event.snapshot, true, rules),
      };
    default:
      return undefined;
  }
}

/** One text for all actors of a machine: a thousand tunnels have one. */
const texts = new WeakMap<object, Map<number, string>>();

/** The config of an actor's machine; `undefined` for callbacks, promises and whatever else is no machine. */
export function machineConfig(actor: AnyActorRef): { readonly id?: string } | undefined {
  const { logic } = actor as { readonly logic?: { readonly config?: unknown } };
  const config = logic?.config;
  return typeof config === 'object' && config !== null ? config : undefined;
}

function configText(config: object, depthLimit: number): string {
  const known = texts.get(config) ?? new Map<number, string>();
  texts.set(config, known);
  const text =
    known.get(depthLimit) ??
    JSON.stringify(plainData(config, { depthLimit, namesFunctions: true }));
  known.set(depthLimit, text);
  return text;
}

/** What an actor is called: its id, or that of its machine if nobody gave it one. */
export function actorName(actor: AnyActorRef): string {
  return actor.id === actor.sessionId ? (machineConfig(actor)?.id ?? actor.id) : actor.id;
}

/** The raw config of an actor's machine as JSON, functions by their names; `{"id":NAME}` of any other actor. */
export function definitionOf(actor: AnyActorRef, depthLimit: number): string {
  const config = machineConfig(actor);
  return config === undefined
    ? JSON.stringify({ id: actorName(actor) })
    : configText(config, depthLimit);
}
