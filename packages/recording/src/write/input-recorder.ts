import type { TunnelEvent, TunnelSnapshot } from '@holdfast/machines';
import type { AnyActorRef } from 'xstate';
import { POLL_TIME_OVER } from '../format/line.ts';
import { type RecordedLives, noteState, type RecordedLife, tunnelSnapshot } from './lives.ts';
import type { Outlet } from './outlet.ts';
import { isPollTimeOver, isRoutineAnswer, routineLine } from './routine.ts';
import {
  countRound,
  holdRound,
  isOutOfRounds,
  isRoundEnd,
  leftOutWords,
  noteOutOfRounds,
} from './rounds.ts';
import { beginLine, checkpointLine, inputLine, noticeLine } from './tunnel-lines.ts';

/** Writes down the inputs of tunnels. */
export interface InputRecorder {
  /** Notes an input that a tunnel has dealt with. */
  record(actor: AnyActorRef, event: TunnelEvent, snapshot: TunnelSnapshot): void;
  /** Notes what was said of a tunnel. */
  say(life: RecordedLife, line: string): void;
  /** Writes down the end of a poll time that was held back since an answer may follow. */
  settlePoll(life: RecordedLife): void;
  /** Writes down a start that was held back since it may fail as those before. */
  show(life: RecordedLife): void;
  /** Writes down all that was held back. */
  settle(life: RecordedLife): void;
  /** All that the tunnels are. */
  checkpoints(): readonly string[];
}

/** After so many inputs of a tunnel comes a checkpoint. */
const CHECKPOINT_INPUTS = 1000;

/** Makes a recorder of inputs. */
export function createInputRecorder(lives: RecordedLives, add: Outlet['add']): InputRecorder {
  const put = (life: RecordedLife, line: string, isUrgent: boolean) => {
    const { held } = life.rounds;
    if (held === null) add(line, isUrgent);
    else held.lines.push(line);
  };
  const addInput = (life: RecordedLife, event: TunnelEvent, atUs: number) => {
    put(life, inputLine(life.number, atUs - life.lastUs, event, life.state), true);
    life.lastUs = atUs;
  };
  const settle = (life: RecordedLife) => {
    const { pollUs, state } = life;
    if (pollUs === -1) return;
    life.pollUs = -1;
    life.state = 'probing';
    addInput(life, { type: POLL_TIME_OVER } as never, pollUs);
    life.state = state;
  };
  const showRound = (life: RecordedLife) => {
    const { held } = life.rounds;
    if (held === null) return;
    life.rounds.held = null;
    const { snapshot, atUs, sinceUs, lines, leftOut } = held;
    const name = life.actor.id;
    if (leftOut > 0) {
      const words = { level: 'info', sentence: leftOutWords(leftOut), tunnel: name } as const;
      add(noticeLine(words, atUs), true);
    }
    add(checkpointLine({ number: life.number, lastUs: atUs, sinceUs }, name, snapshot), true);
    for (const line of lines) add(line, true);
  };
  const endRound = (life: RecordedLife, snapshot: TunnelSnapshot, atUs: number) => {
    const { isWritten, isNextHeld } = countRound(life.rounds, snapshot, atUs);
    const { held } = life.rounds;
    if (isWritten) showRound(life);
    if (!isNextHeld) return;
    const isLeftOut = !isWritten && held !== null;
    if (!isLeftOut) lives.renumber(life);
    holdRound(life, snapshot, isLeftOut ? held.leftOut + 1 : 0);
  };
  const recordFirst = (actor: AnyActorRef, event: TunnelEvent, snapshot: TunnelSnapshot) => {
    const life = lives.of(actor) ?? lives.begin(actor);
    lives.noteHandled(life);
    noteState(life, snapshot, life.lastUs);
    life.inputs = 1;
    // Who comes late takes a tunnel as it is.
    const line = (event.type as string) === 'xstate.init' ? beginLine : checkpointLine;
    add(line(life, actor.id, snapshot), true);
  };
  const recordNext = (life: RecordedLife, event: TunnelEvent, snapshot: TunnelSnapshot) => {
    const atUs = lives.noteHandled(life);
    const before = life.state;
    noteState(life, snapshot, atUs);
    life.inputs += 1;
    if (life.state === 'healthy' && isRoutineAnswer(life, event, atUs)) {
      add(routineLine(life, event), false);
      return;
    }
    settle(life);
    if (before === 'healthy' && isPollTimeOver(event) && life.state === 'probing') {
      life.pollUs = atUs;
      return;
    }
    addInput(life, event, atUs);
    if (isOutOfRounds(event, life.state)) {
      showRound(life);
      noteOutOfRounds(life.rounds, event, before, atUs);
    } else if (isRoundEnd(before, life.state)) endRound(life, snapshot, atUs);
  };
  const addCheckpoint = (life: RecordedLife, name: string, snapshot: TunnelSnapshot) => {
    if (life.inputs <= CHECKPOINT_INPUTS || life.pollUs !== -1 || life.rounds.held !== null) return;
    life.inputs = 1;
    add(checkpointLine(life, name, snapshot), false);
  };
  return {
    settlePoll: settle,
    show: showRound,
    settle(life) {
      settle(life);
      showRound(life);
    },
    say: (life, line) => put(life, line, true),
    record(actor, event, snapshot) {
      const life = lives.of(actor);
      if (life === undefined || life.inputs === 0) recordFirst(actor, event, snapshot);
      else {
        recordNext(life, event, snapshot);
        addCheckpoint(life, actor.id, snapshot);
      }
      if (snapshot.status !== 'active') lives.end(actor.id);
    },
    checkpoints: () =>
      [...lives.all()].flatMap(([name, life]) => {
        const snapshot = tunnelSnapshot(life.actor);
        if (snapshot?.status === 'active') return [checkpointLine(life, name, snapshot)];
        // A machine that failed told nobody of its end.
        lives.end(name);
        return [];
      }),
  };
}
