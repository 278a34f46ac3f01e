import { tunnelState, type TunnelEvent, type TunnelSnapshot } from '@holdfast/machines';
import type { BeginLine, CheckpointLine } from '../format/line.ts';
import { RecordingError } from '../read/recording-error.ts';
import type { Step } from '../step.ts';
import { createStepMaker, describeEventType, type StepMaker } from './step-maker.ts';
import { playFromBegin, playFromCheckpoint, type PlayedTunnel } from './played-tunnel.ts';

/** A life of a tunnel that is played. */
export interface PlayedLife {
  readonly name: string;
  readonly tunnel: PlayedTunnel;
  readonly steps: StepMaker;
  /** The time of its last line. */
  lastUs: number;
}

/** A life from its begin. */
export function beginLife(line: BeginLine, firstIndex: number, number: number): PlayedLife {
  const { name, atUs, settings } = line;
  const steps = createStepMaker(firstIndex);
  const tunnel = orUnplayable(number, () => playFromBegin(settings, atUs / 1000, steps.hear));
  return { name, tunnel, steps, lastUs: atUs };
}

/** A life from a checkpoint. @param sinceMs - when it came to its state, in milliseconds since 1970. */
export function resumeLife(
  point: CheckpointLine,
  firstIndex: number,
  sinceMs: number,
  number: number,
): PlayedLife {
  const { name, atUs, value } = point;
  const isWaiting = typeof value === 'object' && value['backoff'] === 'waiting';
  const steps = createStepMaker(firstIndex, isWaiting ? sinceMs : null);
  const tunnel = orUnplayable(number, () => playFromCheckpoint(point, atUs / 1000, steps.hear));
  return { name, tunnel, steps, lastUs: atUs };
}

/** Gives the machine an input. Throws if it does not come to the recorded state. */
export function playInput(
  life: PlayedLife,
  event: TunnelEvent,
  atMs: number,
  number: number,
): Step {
  const { tunnel, steps, lastUs, name } = life;
  if (event.type.startsWith('xstate.after.')) {
    const why = tunnel.tooEarly(event.type, lastUs / 1000);
    if (why !== undefined) throw notDue(life, event, number, why);
  }
  orUnplayable(number, () => tunnel.send(event, lastUs / 1000));
  const failure = tunnel.failure();
  if (failure !== undefined) throw unplayable(number, `${name}: ${failure.message}`);
  return steps.make(event, tunnel.snapshot(), atMs);
}

/** The state that a checkpoint stands for. */
export function stateOf({ value }: CheckpointLine) {
  return tunnelState({ value } as unknown as TunnelSnapshot);
}

/** Says at which step a recording and the machine part. */
export function difference(
  { name, tunnel }: PlayedLife,
  step: Step | null,
  recorded: Step['state'],
  number: number,
): RecordingError {
  const played = tunnel.state();
  const where = step === null ? 'at a checkpoint' : `step ${step.index} (${step.event})`;
  const message = `line ${number}: ${name}, ${where}: the recording says ${recorded}, and the machine comes to ${played}`;
  return new RecordingError('difference', number, message, {
    line: number,
    name,
    step,
    recorded,
    played,
  });
}

function notDue(
  { name, tunnel }: PlayedLife,
  event: TunnelEvent,
  number: number,
  why: string,
): RecordingError {
  const state = tunnel.state();
  const message = `line ${number}: ${name}, ${describeEventType(event.type)} cannot come while ${state}: ${why}`;
  const found = { line: number, name, step: null, recorded: state, played: state };
  return new RecordingError('difference', number, message, found);
}

function unplayable(number: number, why: string): RecordingError {
  return new RecordingError(
    'unplayable',
    number,
    `line ${number} cannot be played: the machine fails: ${why}`,
  );
}

/** A file can say what no program would: the machine may fail in any way over it. */
function orUnplayable<T>(number: number, play: () => T): T {
  try {
    return play();
  } catch (error) {
    throw unplayable(number, String(error));
  }
}
