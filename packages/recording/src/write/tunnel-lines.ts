import type { FleetEvent } from '@holdfast/engine';
import type { TunnelEvent, TunnelSnapshot, TunnelState } from '@holdfast/machines';
import type {
  BeginLine,
  CheckpointLine,
  InputLine,
  NoticeLine,
  SentenceLine,
  StateValueData,
  WrittenEvent,
} from '../format/line.ts';
import { localRedactor } from '../redact/redactor.ts';
import type { RecordedLife } from './lives.ts';

/** The first line of a life. */
export function beginLine(
  { number, handledUs, state }: RecordedLife,
  name: string,
  { context }: TunnelSnapshot,
): string {
  const settings = localRedactor.settings(context.settings);
  return JSON.stringify({
    begin: number,
    name,
    atUs: handledUs,
    settings,
    state,
  } satisfies BeginLine);
}

/** All that a machine is. */
export function checkpointLine(
  { number, lastUs, sinceUs }: Pick<RecordedLife, 'number' | 'lastUs' | 'sinceUs'>,
  name: string,
  { value, context }: TunnelSnapshot,
): string {
  return JSON.stringify({
    checkpoint: number,
    name,
    atUs: lastUs,
    sinceUs,
    value: value as StateValueData,
    context: localRedactor.context(context),
  } satisfies CheckpointLine);
}

/** An input, so many microseconds after the line before. */
export function inputLine(
  number: number,
  deltaUs: number,
  event: TunnelEvent,
  state: TunnelState,
): string {
  return JSON.stringify([number, deltaUs, writtenEvent(event), state] satisfies InputLine);
}

/** The event as it is written, redacted. */
function writtenEvent(event: TunnelEvent): WrittenEvent {
  const redacted = localRedactor.event(event);
  return Object.keys(redacted).length === 1 ? redacted.type : redacted;
}

/** What was said about a tunnel that lives. */
export function sentenceLine(number: number, { level, sentence, fact }: FleetEvent): string {
  const kind = isNoted(fact) ? 'noted' : 'said';
  const line: SentenceLine = [number, kind, level, localRedactor.text(sentence)];
  return JSON.stringify(line);
}

/** What was said about the fleet, or about a tunnel that does not live. */
export function noticeLine(
  { level, sentence, tunnel }: Pick<FleetEvent, 'level' | 'sentence' | 'tunnel'>,
  atUs: number,
): string {
  const line: NoticeLine = { said: localRedactor.text(sentence), level, name: tunnel, atUs };
  return JSON.stringify(line);
}

/**
 * Whether this is told of a tunnel without an input of its machine. To be heard as people hear it, folded: a check that fails and passes all
 * week would push its first hour out of the recording.
 */
export function isNoted({ type }: FleetEvent['fact']): boolean {
  return NO_INPUTS.has(type);
}

const NO_INPUTS: ReadonlySet<FleetEvent['fact']['type']> = new Set<FleetEvent['fact']['type']>([
  'tunnel.added',
  'tunnel.changed',
  'tunnel.removed',
  'forward.opened',
  'forward.closed',
  'forward.failed',
  'forwards.lost',
  'forwards.restored',
  'target.failed',
  'session.released',
  'session.kept',
  'session.unnoted',
  'checks.passed',
  'check.passed',
  'check.failed',
]);
