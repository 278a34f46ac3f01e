import { activePaths, transitionId } from '@holdfast/chart';
import type { Step } from '@holdfast/recording';
import type {
  AnyActorRef,
  AnyEventObject,
  AnyMachineSnapshot,
  AnyStateMachine,
  AnyTransitionDefinition,
  StateValue,
} from 'xstate';
import type { InspectorRow } from '../api.ts';
import { eventDetail, eventWords } from './event-words.ts';

/** A machine's actor, and what became of it. */
export interface SeenActor {
  readonly name: string;
  readonly actor: AnyActorRef;
  readonly machine: AnyStateMachine;
  /** Id of its chart. */
  readonly chart: string;
  /** Oldest first. */
  readonly steps: Step[];
  /** Of the present turn. */
  next: AnyTransitionDefinition[];
  sinceMs: number;
  /** How many steps there were, those that were forgotten included. */
  count: number;
}

/** Facts that only tunnels have. */
const NO_FACTS: Step['facts'] = {
  starts: 0,
  misses: 0,
  failureClass: null,
  failureSentence: null,
  nextStartAtMs: null,
  roundTripMs: null,
};

/** Takes in that an event was handled, and gives the step that it was. */
export function addStep(
  seen: SeenActor,
  { event, snapshot, atMs }: { event: AnyEventObject; snapshot: AnyMachineSnapshot; atMs: number },
): Step {
  const state = stateName(snapshot);
  const step: Step = {
    index: seen.count,
    atMs,
    event: eventWords(event, seen.machine.id),
    detail: eventDetail(event),
    // The type names the states of a tunnel only.
    state: state as Step['state'],
    active: activePaths(snapshot),
    taken: seen.next.splice(0).map(transitionId),
    facts: NO_FACTS,
    sentences: [],
  };
  if (seen.steps.at(-1)?.state !== state) seen.sinceMs = atMs;
  seen.count += 1;
  seen.steps.push(step);
  return step;
}

/** The row of an actor. */
export function actorRow({ name, chart, actor, steps, sinceMs }: SeenActor): InspectorRow {
  const snapshot = actor.getSnapshot() as AnyMachineSnapshot;
  const taken = steps.findLast((step) => step.taken.length > 0)?.taken ?? [];
  return {
    name,
    chart,
    state: stateName(snapshot),
    active: activePaths(snapshot),
    taken,
    sinceMs,
    isDegraded: false,
    isSuspect: false,
    needsAttention: snapshot.status === 'error',
    phase: null,
    host: '',
    starts: 0,
    nextStartAtMs: null,
    failureClass: null,
    failureSentence: snapshot.status === 'error' ? 'its machine failed with an error' : null,
    roundTripsMs: [],
  };
}

function innermost(value: StateValue): readonly string[] {
  if (typeof value === 'string') return [value];
  return Object.entries(value).flatMap(([name, inner]) => {
    const names = inner === undefined ? [] : innermost(inner);
    return names.length === 0 ? [name] : names;
  });
}

/** The innermost active states, such as `green + wait`; of a machine that was ended from outside, or by an error, that. */
export function stateName({ status, value }: AnyMachineSnapshot): string {
  if (status === 'error' || status === 'stopped') return status;
  const names = innermost(value as StateValue);
  // A machine may have no states at all.
  return names.length === 0 ? status : names.join(' + ');
}
