import type { EventLevel } from '@holdfast/engine';
import type { TunnelContext, TunnelEvent, TunnelSettings, TunnelState } from '@holdfast/machines';

// What a recording is made of, line by line: docs/recordings.md. Times are whole microseconds on a clock that never goes back.

/** The version of the format that is written, and the newest that is understood. */
export const FORMAT_VERSION = 1;

/** The first line of each file, and of each supervisor that goes on in one. */
export interface HeadLine {
  readonly recording: number;
  /** Version of the program that wrote it. */
  readonly program: string;
  /** Random; the same as long as the supervisor lives. Numbers of tunnels count within it. */
  readonly run: string;
  /** Milliseconds since 1970 at `clockUs`. */
  readonly wallMs: number;
  readonly clockUs: number;
  /** Of a report: the versions of what it was made with. */
  readonly about?: Readonly<Record<string, string>>;
}

/** The wall clock was set, or the machine slept: how the clocks stand to each other from now on. */
export interface ClockLine {
  readonly clock: 'set';
  readonly wallMs: number;
  readonly clockUs: number;
}

/** Lines could not be written. Whatever comes next begins with checkpoints. */
export interface GapLine {
  readonly gap: string;
  readonly lines: number;
}

/** A life of a tunnel begins: its machine starts with these settings. */
export interface BeginLine {
  /** The number of the tunnel until the end of this life. */
  readonly begin: number;
  readonly name: string;
  readonly atUs: number;
  readonly settings: TunnelSettings;
  readonly state: TunnelState;
}

/** All that a machine is at a moment: to begin reading here. */
export interface CheckpointLine {
  readonly checkpoint: number;
  readonly name: string;
  readonly atUs: number;
  /** Since when it is in its state. */
  readonly sinceUs: number;
  readonly value: StateValueData;
  readonly context: TunnelContext;
}

/** The state of a machine, as XState has it. */
export type StateValueData = string | { readonly [state: string]: StateValueData };

/** What was said about the whole fleet, or about a tunnel that does not live. */
export interface NoticeLine {
  readonly said: string;
  readonly level: EventLevel;
  readonly name: string | null;
  readonly atUs: number;
}

/** An event as it is written: a text alone if it brings nothing but its type. */
export type WrittenEvent = string | TunnelEvent;

/** An input: number of the tunnel, time since its line before, the event, the state after it. */
export type InputLine = readonly [number, number, WrittenEvent, TunnelState];

/** The poll time was over, and the probe was answered: number, time since the line before, time to the answer, round trip. */
export type RoutineLine = readonly [number, number, number, number];

/** What was said: of the input that comes next (`said`), or of the one before (`noted`). */
export type SentenceLine = readonly [number, 'said' | 'noted', EventLevel, string];

/** One line of a recording, as JSON. */
export type Line =
  | HeadLine
  | ClockLine
  | GapLine
  | BeginLine
  | CheckpointLine
  | NoticeLine
  | InputLine
  | RoutineLine
  | SentenceLine;

/** The event of a routine line's first half. */
export const POLL_TIME_OVER = 'xstate.after.pollTime.tunnel.running.healthy';

/** Whether a line is what was said. */
export function isSentence(line: Line): line is SentenceLine {
  return Array.isArray(line) && typeof line[1] === 'string';
}

/** Whether a line is a probe that was answered. */
export function isRoutine(line: Line): line is RoutineLine {
  return Array.isArray(line) && typeof line[2] === 'number';
}

/** Whether a line is any other input. */
export function isInput(line: Line): line is InputLine {
  return Array.isArray(line) && !isSentence(line) && !isRoutine(line);
}
