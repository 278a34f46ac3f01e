import type { TunnelEvent } from '@holdfast/machines';
import { localRedactor } from '../redact/redactor.ts';

const AFTER = /^xstate\.after\.([^.]+)\..+$/;

/** The type of an input for people: `child.exited`, or `after pollTime` for a delay that was over. */
export function describeEventType(type: string): string {
  return type.replace(AFTER, 'after $1');
}

/** What an input brought, for people; `null` if nothing. */
export function describeEvent(event: TunnelEvent): string | null {
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
