import { jsonLine } from '@holdfast/text';
import type { EventLevel, FleetEvent } from '../fleet/fleet-event.ts';

/** From the least to the most serious. */
const LEVELS: readonly EventLevel[] = ['debug', 'info', 'warning', 'error'];

/** Whether an event is at least so serious. */
export function isAtLeast(event: FleetEvent, level: EventLevel): boolean {
  return LEVELS.indexOf(event.level) >= LEVELS.indexOf(level);
}

/** One line of JSON, without its newline and without anything that a terminal would obey. */
export function eventLine(event: FleetEvent): string {
  return jsonLine(event);
}

/** Reads a line back; `undefined` for anything else. What is in the fact beside its type is not looked at. */
export function parseEventLine(line: string): FleetEvent | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isFleetEvent(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isFleetEvent(value: unknown): value is FleetEvent {
  if (!isRecord(value)) return false;
  const { id, at, tunnel, level, sentence, fact } = value;
  return (
    Number.isSafeInteger(id) &&
    typeof at === 'string' &&
    !Number.isNaN(Date.parse(at)) &&
    (tunnel === null || typeof tunnel === 'string') &&
    LEVELS.includes(level as EventLevel) &&
    typeof sentence === 'string' &&
    isRecord(fact) &&
    typeof fact['type'] === 'string'
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
