import type { AnyEventObject } from 'xstate';
import { redactFrame } from '../stately/redact-frame.ts';
import { plainData } from '../stately/plain-data.ts';

const MOST_DETAIL = 300;

/** XState's own events, and what they are called here. */
const OWN_EVENTS: readonly (readonly [pattern: RegExp, words: string])[] = [
  [/^xstate\.init$/, 'start'],
  [/^xstate\.stop$/, 'stop'],
  [/^xstate\.done\.actor\./, 'done '],
  [/^xstate\.error\.actor\./, 'error '],
  [/^xstate\.done\.state\./, 'done '],
];

/** An event by its type; those that XState makes by what they mean: `after 1000`, `done upload`. */
export function eventWords({ type }: AnyEventObject, machineId: string): string {
  const after = /^xstate\.after\.(.*)$/s.exec(type)?.[1];
  // The name of the delay may hold full stops, the path of its state begins with the machine's id.
  if (after !== undefined) return `after ${after.slice(0, delayLength(after, machineId))}`;
  for (const [pattern, words] of OWN_EVENTS) {
    if (pattern.test(type)) return type.replace(pattern, words);
  }
  return type;
}

function delayLength(after: string, machineId: string): number {
  const end = after.indexOf(`.${machineId}`);
  return end === -1 ? after.length : end;
}

/** What an event brings, as JSON, redacted and cut; `null` if nothing. */
export function eventDetail(event: AnyEventObject): string | null {
  const { type: _, ...brought } = plainData(event, {
    depthLimit: 6,
    namesFunctions: true,
  }) as AnyEventObject;
  if (Object.keys(brought).length === 0) return null;
  const text = JSON.stringify(redactFrame(brought));
  return text.length > MOST_DETAIL ? `${text.slice(0, MOST_DETAIL)}…` : text;
}
