import { activePaths, transitionId } from '@holdfast/chart';
import { type TunnelEvent, type TunnelSnapshot, tunnelState } from '@holdfast/machines';
import type { AnyTransitionDefinition, InspectionEvent } from 'xstate';
import { localRedactor } from '../redact/redactor.ts';
import type { Step, StepFacts } from '../step.ts';

/** Makes the steps of one tunnel from what XState's inspection tells of its machine. */
export interface StepMaker {
  /** Hears of a transition that is taken. */
  hear(event: InspectionEvent): void;
  /** What was said of the input that comes next. */
  say(sentence: string): void;
  /** What was said after the last input; its step is told, too. */
  note(sentence: string): void;
  /** The step that an input made. @param atMs - when, in milliseconds since 1970. */
  make(event: TunnelEvent, snapshot: TunnelSnapshot, atMs: number): Step;
}

/**
 * Makes a maker of steps.
 *
 * @param firstIndex - number of its first step.
 * @param waitingSinceMs - since when a tunnel that is in backoff already waits, in milliseconds since 1970.
 */
export function createStepMaker(firstIndex = 0, waitingSinceMs: number | null = null): StepMaker {
  let index = firstIndex;
  let taken: string[] = [];
  let sentences: string[] = [];
  let lastSentences: string[] = [];
  let sinceMs = waitingSinceMs;
  return {
    hear(event) {
      if (event.type !== '@xstate.microstep') return;
      const transitions = event._transitions as readonly AnyTransitionDefinition[];
      for (const transition of transitions) taken.push(transitionId(transition));
    },
    say: (sentence) => void sentences.push(localRedactor.text(sentence)),
    note: (sentence) => void lastSentences.push(localRedactor.text(sentence)),
    make(event, snapshot, atMs) {
      const isWaiting = snapshot.matches({ backoff: 'waiting' });
      sinceMs = isWaiting ? (sinceMs ?? atMs) : null;
      const step: Step = {
        index,
        atMs,
        event: describeEventType(event.type),
        detail: describeEvent(event),
        state: tunnelState(snapshot),
        active: activePaths(snapshot),
        taken,
        facts: factsOf(event, snapshot, sinceMs),
        sentences,
      };
      index += 1;
      taken = [];
      lastSentences = sentences;
      sentences = [];
      return step;
    },
  };
}

function factsOf(
  event: TunnelEvent,
  { context, machine }: TunnelSnapshot,
  waitingSinceMs: number | null,
): StepFacts {
  const { starts, misses, failures } = context;
  const { last } = failures;
  const graceMs = () => (machine.implementations.delays['graceTime'] as GraceTime)({ context });
  return {
    starts,
    misses,
    failureClass: last?.class ?? null,
    failureSentence: last === null ? null : localRedactor.text(last.sentence),
    nextStartAtMs: waitingSinceMs === null ? null : waitingSinceMs + graceMs(),
    roundTripMs: event.type === 'heartbeat.answered' ? (event.roundTripMs ?? null) : null,
  };
}

/** The delay of the machine that ends a wait. */
type GraceTime = (facts: Pick<TunnelSnapshot, 'context'>) => number;

const AFTER = /^xstate\.after\.([^.]+)\..+$/;

/** The type of an input for people: `child.exited`, or `after pollTime` for a delay that was over. */
export function describeEventType(type: string): string {
  return type.replace(AFTER, 'after $1');
}

/** What an input brought, for people; `null` if nothing. */
function describeEvent(event: TunnelEvent): string | null {
  const words = wordsOf(event).filter((word) => word !== undefined);
  return words.length === 0 ? null : localRedactor.text(words.join(', '));
}

function wordsOf(event: TunnelEvent): readonly (string | undefined)[] {
  switch (event.type) {
    case 'child.spawned':
      return [`pid ${event.pid}`];
    case 'child.exited':
      return [
        event.signal === null ? `status ${event.status}` : event.signal,
        event.failure?.class,
        event.failure?.sentence,
      ];
    case 'child.unrunnable':
      return [event.failure?.class, event.reason];
    case 'forward.refused':
      return [event.failure?.class, event.failure?.sentence];
    case 'heartbeat.answered':
      return [event.roundTripMs === undefined ? undefined : `${event.roundTripMs.toFixed(3)} ms`];
    case 'heartbeat.missed':
    case 'heartbeat.impossible':
    case 'heartbeat.unsent':
    case 'check.failed':
      return [event.reason];
    case 'tunnel.stop':
      return [event.signal];
    case 'settings.changed':
      return Object.entries(event.settings).map(
        ([name, value]) => `${name} ${JSON.stringify(value)}`,
      );
    default:
      return [];
  }
}
