import type { TunnelEvent, TunnelState } from '@holdfast/machines';
import {
  type BeginLine,
  type CheckpointLine,
  type HeadLine,
  type InputLine,
  isInput,
  isRoutine,
  isSentence,
  POLL_TIME_OVER,
  type RoutineLine,
  type SentenceLine,
} from '../format/line.ts';
import { createLineReader, type NumberedLine } from '../read/read-recording.ts';
import type { Step } from '../step.ts';
import { createPlayback, type Playback } from './playback.ts';
import {
  beginLife,
  difference,
  type PlayedLife,
  playInput,
  resumeLife,
  stateOf,
} from './played-life.ts';

/** A step of a tunnel that was played. */
export interface PlayedStep {
  readonly name: string;
  readonly step: Step;
  /** Whether it belongs to a probe that was answered in time, as nearly all do. */
  readonly isRoutine: boolean;
  /** The line that it comes from, counted from 1. */
  readonly line: number;
}

/** Plays a recording, line by line. */
export interface Player {
  /** The steps of a line. Throws a {@link RecordingError}. */
  play(line: NumberedLine): readonly PlayedStep[];
}

/**
 * Makes a player: it gives the inputs to the real machine, under a clock that only moves with the recording.
 *
 * What is compared are states: numbers are rounded in a recording.
 */
export function createPlayer(): Player {
  const playback = createPlayback();
  return {
    play({ line, number }) {
      if (isSentence(line)) hear(playback, line);
      else if (isRoutine(line)) return playRoutine(playback, line, number);
      else if (isInput(line)) return playInputLine(playback, line, number);
      else if ('begin' in line) return playBegin(playback, line, number);
      else if ('checkpoint' in line) playCheckpoint(playback, line, number);
      else if ('gap' in line) playback.endAll();
      else if ('clock' in line) playback.setClock(line);
      else if ('recording' in line) {
        playback.enter(line.run);
        playback.setClock(line);
      }
      return [];
    },
  };
}

function hear(playback: Playback, [tunnel, kind, , sentence]: SentenceLine): void {
  const life = playback.find(tunnel);
  if (kind === 'noted' && life !== undefined) life.steps.note(sentence);
  else playback.keepSentence(tunnel, sentence);
}

function playBegin(playback: Playback, begin: BeginLine, line: number): readonly PlayedStep[] {
  const { begin: tunnel, name, atUs, state } = begin;
  const life = playback.begin(tunnel, line, () => beginLife(begin, playback.stepsOf(name), line));
  for (const sentence of playback.takeSentences(tunnel)) life.steps.say(sentence);
  const step = life.steps.make(bare('xstate.init'), life.tunnel.snapshot(), playback.wallMs(atUs));
  return [checked(playback, life, step, state, line)];
}

/** A tunnel that is known already must be as the checkpoint has it; any other begins there. */
function playCheckpoint(playback: Playback, point: CheckpointLine, line: number): void {
  const { checkpoint: tunnel, name, atUs, sinceUs } = point;
  const known = playback.find(tunnel);
  if (known?.name === name) {
    known.lastUs = atUs;
    if (known.tunnel.state() !== stateOf(point)) {
      throw difference(known, null, stateOf(point), line);
    }
    return;
  }
  const sinceMs = playback.wallMs(sinceUs);
  playback.begin(tunnel, line, () => resumeLife(point, playback.stepsOf(name), sinceMs, line));
}

function playRoutine(
  playback: Playback,
  [tunnel, deltaUs, answerUs, roundTripUs]: RoutineLine,
  line: number,
): readonly PlayedStep[] {
  const life = playback.lifeOf(tunnel, line);
  life.lastUs += deltaUs;
  const poll = playOne(playback, tunnel, bare(POLL_TIME_OVER), 'probing', line);
  life.lastUs += answerUs;
  const answer: TunnelEvent = {
    type: 'heartbeat.answered',
    atMs: life.lastUs / 1000,
    roundTripMs: roundTripUs / 1000,
  };
  const answered = playOne(playback, tunnel, answer, 'healthy', line);
  return [poll, answered].map((played) => ({ ...played, isRoutine: true }));
}

function playInputLine(
  playback: Playback,
  [tunnel, deltaUs, written, state]: InputLine,
  line: number,
): readonly PlayedStep[] {
  const life = playback.lifeOf(tunnel, line);
  life.lastUs += deltaUs;
  const event = typeof written === 'string' ? bare(written) : written;
  const played = playOne(playback, tunnel, event, state, line);
  if (life.tunnel.snapshot().status !== 'active') playback.end(tunnel);
  return [played];
}

function playOne(
  playback: Playback,
  tunnel: number,
  event: TunnelEvent,
  recorded: TunnelState,
  line: number,
): PlayedStep {
  const life = playback.lifeOf(tunnel, line);
  for (const sentence of playback.takeSentences(tunnel)) life.steps.say(sentence);
  const step = playInput(life, event, playback.wallMs(life.lastUs), line);
  return checked(playback, life, step, recorded, line);
}

function checked(
  playback: Playback,
  life: PlayedLife,
  step: Step,
  recorded: TunnelState,
  line: number,
): PlayedStep {
  playback.countStep(life.name);
  if (step.state !== recorded) throw difference(life, step, recorded, line);
  return { name: life.name, step, isRoutine: false, line };
}

function bare(type: string): TunnelEvent {
  return { type } as TunnelEvent;
}

/** What is told while a recording is played. */
export interface PlayOptions {
  /** Told of each head: which program wrote what comes next. */
  readonly onHead?: ((head: HeadLine) => void) | undefined;
  /** Told of a last line that is cut short, with its number. */
  readonly onCut?: ((line: number) => void) | undefined;
}

/**
 * Plays a recording whose lines come in chunks; the event loop turns between them. Throws a `RecordingError`, at the first difference too.
 *
 * A step is given when the next one is there, since something may be said about it after it.
 */
export async function* playLines(
  chunks: AsyncIterable<readonly string[]> | Iterable<readonly string[]>,
  { onHead, onCut }: PlayOptions = {},
): AsyncGenerator<PlayedStep> {
  const reader = createLineReader();
  const player = createPlayer();
  let held: readonly PlayedStep[] = [];
  try {
    for await (const texts of chunks) {
      for (const text of texts) {
        for (const line of reader.next(text)) {
          if ('recording' in line.line) onHead?.(line.line);
          const steps = player.play(line);
          if (steps.length === 0) continue;
          yield* held;
          held = steps;
        }
      }
    }
    const cut = reader.end();
    if (cut !== undefined) onCut?.(cut);
  } finally {
    yield* held;
  }
}
