import { tunnelState, type TunnelSnapshot, type TunnelState } from '@holdfast/machines';
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
export function createLife(actor: AnyActorRef, number: number, nowUs: number): RecordedLife {
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
