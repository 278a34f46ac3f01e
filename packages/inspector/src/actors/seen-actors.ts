import type { Step } from '@holdfast/recording';
import type {
  AnyActorRef,
  AnyMachineSnapshot,
  AnyStateMachine,
  AnyTransitionDefinition,
  InspectionEvent,
} from 'xstate';
import { addStep, type SeenActor } from './seen-actor.ts';

/** What stays in memory. */
export interface SeenLimits {
  /** Actors; of more, those that ended first are forgotten first, and living ones beyond are not shown. Default: 500. */
  readonly actors: number;
  /** Steps of one actor; the oldest are forgotten. Default: 500. */
  readonly steps: number;
}

/** Who hears of it. */
export interface SeenObserver {
  /** There is another actor, or one less. */
  listed(): void;
  stepped(seen: SeenActor, step: Step): void;
}

/** The machines' actors of all systems that are inspected. */
export interface SeenActors {
  /** By name, in the order in which they were made. */
  readonly byName: ReadonlyMap<string, SeenActor>;
  take(event: InspectionEvent): void;
}

interface SeenParts {
  readonly limits: SeenLimits;
  readonly now: () => number;
  readonly chartIdOf: (machine: AnyStateMachine) => string;
  readonly observer: SeenObserver;
}

/** Not by its class: the program may have a copy of XState of its own. */
function machineOf(actor: AnyActorRef): AnyStateMachine | undefined {
  const { logic } = actor as { readonly logic?: AnyStateMachine };
  const isMachine = typeof logic?.config === 'object' && typeof logic.root === 'object';
  return isMachine ? logic : undefined;
}

function isOver({ actor }: SeenActor): boolean {
  // It has no snapshot while it is being made.
  return ((actor.getSnapshot() as AnyMachineSnapshot | undefined)?.status ?? 'active') !== 'active';
}

/** Remembers what inspection events tell of machines; callbacks, promises and other actors are passed over. */
export function createSeenActors({ limits, now, chartIdOf, observer }: SeenParts): SeenActors {
  const byName = new Map<string, SeenActor>();
  const bySession = new WeakMap<AnyActorRef, SeenActor>();

  /** An id may be there more than once: in two systems, or in two parents. One that has ended makes place for the next. */
  const nameFor = (actor: AnyActorRef, machine: AnyStateMachine): string => {
    const id = actor.id === actor.sessionId ? machine.id : actor.id;
    const holder = byName.get(id);
    return holder === undefined || isOver(holder) ? id : `${id} ${actor.sessionId}`;
  };
  const makeRoom = (): boolean => {
    if (byName.size < limits.actors) return true;
    const ended = [...byName.values()].find(isOver);
    return ended !== undefined && byName.delete(ended.name);
  };
  const see = (actor: AnyActorRef): SeenActor | undefined => {
    const known = bySession.get(actor);
    if (known !== undefined) return known;
    const machine = machineOf(actor);
    if (machine === undefined || !makeRoom()) return undefined;
    const name = nameFor(actor, machine);
    const chart = chartIdOf(machine);
    const seen = { name, actor, machine, chart, steps: [], next: [], sinceMs: now(), count: 0 };
    bySession.set(actor, seen);
    byName.set(name, seen);
    observer.listed();
    return seen;
  };
  const step = (seen: SeenActor, event: Extract<InspectionEvent, { type: '@xstate.snapshot' }>) => {
    const snapshot = event.snapshot as AnyMachineSnapshot;
    const added = addStep(seen, { event: event.event, snapshot, atMs: now() });
    if (seen.steps.length > limits.steps) seen.steps.shift();
    observer.stepped(seen, added);
  };
  return {
    byName,
    take(event) {
      const seen = see(event.actorRef as AnyActorRef);
      if (seen === undefined) return;
      if (event.type === '@xstate.microstep') seen.next.push(...transitionsOf(event));
      if (event.type === '@xstate.snapshot') step(seen, event);
    },
  };
}

function transitionsOf(event: {
  readonly _transitions: readonly AnyTransitionDefinition[];
}): readonly AnyTransitionDefinition[] {
  return event._transitions;
}
