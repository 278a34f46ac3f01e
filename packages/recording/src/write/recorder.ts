import type { FleetEvent } from '@holdfast/engine';
import type { TunnelEvent, TunnelSnapshot } from '@holdfast/machines';
import { randomUUID } from 'node:crypto';
import type { AnyActorRef, InspectionEvent } from 'xstate';
import { FORMAT_VERSION, type GapLine, type HeadLine } from '../format/line.ts';
import { createInputRecorder } from './input-recorder.ts';
import { createLives, tunnelSnapshot } from './lives.ts';
import type { LineSource, RecordingLimits } from './line-buffer.ts';
import { createOutlet } from './outlet.ts';
import { processClock, type RecordingClock } from './recording-clock.ts';
import { isNoted, noticeLine, sentenceLine } from './tunnel-lines.ts';

/** What a recorder is made from. */
export interface RecorderOptions extends RecordingLimits {
  /** The file; full ones are beside it: `path.1` is the youngest. */
  readonly path: string;
  /** Version of the program that writes. */
  readonly program: string;
  /** Default: those of this process. */
  readonly clock?: RecordingClock | undefined;
}

/** Writes down what happens to the tunnels of a fleet. Nothing here throws. */
export interface Recorder {
  /** To be given to `createFleet({ inspect })`: hears every input of every tunnel. */
  inspect(event: InspectionEvent): void;
  /** Hears what is said with an input (`Fleet.event$`); what is said at the level `debug` is left out. */
  hear(event: FleetEvent): void;
  /** Hears what is told people (`Fleet.told$`): of that it takes what no input goes with, such as a check that fails. */
  hearTold(event: FleetEvent): void;
  /** Writes now what would be written within a second. Not to be called while a machine deals with an input. */
  flush(): void;
  /**
   * The error that keeps the recording from being written; `undefined`: nothing. It is tried, if something did before. Not to be called
   * while a machine deals with an input.
   */
  problem(): unknown;
  /** Writes the rest; later events go nowhere. */
  close(): void;
}

/** Begins, or goes on with, the recording at that path: only its owner can read it (0600 in a folder of 0700, if they are new). */
export function createRecorder(options: RecorderOptions): Recorder {
  const { path, clock = processClock } = options;
  const lives = createLives(clock.nowUs);
  const inputs = createInputRecorder(lives, (line, isUrgent) => outlet.add(line, isUrgent));
  const settleAll = () => {
    for (const [, life] of lives.all()) inputs.settle(life);
  };
  const { checkpoints } = inputs;
  const source = { ...firstLines(options, clock), settle: settleAll, checkpoints };
  const outlet = createOutlet(path, options, clock, source);
  let isClosed = false;
  const take = (event: FleetEvent) => {
    if (isClosed || event.level === 'debug') return;
    const life = event.tunnel === null ? undefined : lives.named(event.tunnel);
    if (life === undefined) outlet.add(noticeLine(event, clock.nowUs()), true);
    else {
      inputs.settlePoll(life);
      inputs.say(life, sentenceLine(life.number, event));
    }
  };
  return {
    inspect(event) {
      if (isClosed) return;
      const actor = event.actorRef as AnyActorRef;
      if (event.type === '@xstate.event') lives.noteSent(actor, event.event.type);
      else if (event.type === '@xstate.snapshot' && tunnelSnapshot(actor) !== undefined) {
        inputs.record(actor, event.event as TunnelEvent, event.snapshot as TunnelSnapshot);
      }
    },
    hear(event) {
      if (!isNoted(event.fact)) take(event);
    },
    hearTold(event) {
      if (isNoted(event.fact)) take(event);
    },
    flush() {
      for (const [, life] of lives.all()) inputs.show(life);
      outlet.flush();
    },
    problem: () => outlet.problem(),
    close() {
      if (isClosed) return;
      settleAll();
      outlet.close();
      isClosed = true;
    },
  };
}

function firstLines(
  { program }: RecorderOptions,
  clock: RecordingClock,
): Pick<LineSource, 'head' | 'gapLine'> {
  const run = randomUUID();
  return {
    head() {
      const clocks = { wallMs: clock.wallMs(), clockUs: clock.nowUs() };
      const head: HeadLine = { recording: FORMAT_VERSION, program, run, ...clocks };
      return JSON.stringify(head);
    },
    gapLine(lines, problem) {
      const gap: GapLine = { gap: `lines could not be written: ${problem}`, lines };
      return JSON.stringify(gap);
    },
  };
}
