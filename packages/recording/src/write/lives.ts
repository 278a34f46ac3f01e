import { type TunnelSnapshot, tunnelState, type TunnelState } from '@holdfast/machines';
import type { AnyActorRef } from 'xstate';
import { noRounds, type Rounds } from './rounds.ts';

/** A life of a tunnel that is being recorded: a few numbers, nothing else. */
export interface RecordedLife {
  readonly actor: AnyActorRef;
  /** Stands for its name in the recording. */
  number: number;
  /** The time of its last line. */
  lastUs: number;
  state: TunnelState;
  /** Since when it is in its state. */
  sinceUs: number;
  /** Inputs since the last checkpoint. */
  inputs: number;
  /** How many inputs it was sent that it has not yet dealt with. */
  waiting: number;
  /** When it began with the first of them. */
  handledUs: number;
  /** When the poll time was over that may become a routine line; -1 if there is none. */
  pollUs: number;
  /** How it fails over and over. */
  readonly rounds: Rounds;
}

/** Makes a life whose first input is being dealt with. */
function createLife(actor: AnyActorRef, number: number, nowUs: number): RecordedLife {
  return {
    actor,
    number,
    lastUs: nowUs,
    state: 'backoff',
    sinceUs: nowUs,
    inputs: 0,
    waiting: 1,
    handledUs: nowUs,
    pollUs: -1,
    rounds: noRounds(),
  };
}

/** The snapshot of a tunnel's machine; `undefined` for any other actor. */
export function tunnelSnapshot(actor: AnyActorRef): TunnelSnapshot | undefined {
  const snapshot = actor.getSnapshot() as
    { readonly machine?: { readonly id: string } } | undefined;
  return snapshot?.machine?.id === 'tunnel' ? (snapshot as TunnelSnapshot) : undefined;
}

/** Notes the state after an input. */
export function noteState(life: RecordedLife, snapshot: TunnelSnapshot, nowUs: number): void {
  const state = tunnelState(snapshot);
  if (state !== life.state) life.sinceUs = nowUs;
  life.state = state;
}

/** The lives that are being recorded, by the names of their tunnels. */
export interface RecordedLives {
  /** The life that this actor is; `undefined` for actors that are no tunnel, or are not known. */
  of(actor: AnyActorRef): RecordedLife | undefined;
  named(name: string): RecordedLife | undefined;
  all(): Iterable<readonly [string, RecordedLife]>;
  begin(actor: AnyActorRef): RecordedLife;
  /** Gives a life another number: what comes next does not follow from what is written. */
  renumber(life: RecordedLife): void;
  end(name: string): void;
  /** Notes that an actor was sent something. */
  noteSent(actor: AnyActorRef, type: string): void;
  /** Notes that a life has dealt with an input; gives the time when it began to. */
  noteHandled(life: RecordedLife): number;
}

/** Makes an empty list. Numbers are counted from 1, and none is used twice. */
export function createLives(nowUs: () => number): RecordedLives {
  const lives = new Map<string, RecordedLife>();
  let lastNumber = 0;
  const of = (actor: AnyActorRef) => {
    const life = lives.get(actor.id);
    return life?.actor === actor ? life : undefined;
  };
  const begin = (actor: AnyActorRef) => {
    lastNumber += 1;
    const life = createLife(actor, lastNumber, nowUs());
    lives.set(actor.id, life);
    return life;
  };
  return {
    of,
    named: (name) => lives.get(name),
    all: () => lives,
    begin,
    renumber(life) {
      lastNumber += 1;
      life.number = lastNumber;
    },
    end: (name) => void lives.delete(name),
    // A machine deals with its inputs one by one, and tells of each when it has: delays that it sets count from the beginning of that.
    noteSent(actor, type) {
      const life = of(actor);
      if (life !== undefined) {
        if (life.waiting === 0) life.handledUs = nowUs();
        life.waiting += 1;
      } else if (type === 'xstate.init' && tunnelSnapshot(actor) !== undefined) begin(actor);
    },
    noteHandled(life) {
      const { handledUs } = life;
      life.waiting = Math.max(0, life.waiting - 1);
      if (life.waiting > 0) life.handledUs = nowUs();
      return handledUs;
    },
  };
}
