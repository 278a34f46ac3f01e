import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { createInterface } from 'node:readline';
import type { FleetEvent } from '@holdfast/engine';

/** All events of a supervisor, in order: the log tells what repeats itself at doubling intervals only. */
export interface HeardEvents {
  readonly events: readonly FleetEvent[];
  end(): void;
}

const DATA = 'data:';

/** Listens to a supervisor, from its first event on. */
export async function hearEvents(controlSocket: string): Promise<HeardEvents> {
  const asking = request({
    socketPath: controlSocket,
    path: '/v1/events?since=0',
    headers: { 'holdfast-protocol': '1' },
  });
  asking.on('error', () => undefined).end();
  const [answer] = (await once(asking, 'response')) as [IncomingMessage];
  const events: FleetEvent[] = [];
  const lines = createInterface({ input: answer.on('error', () => undefined) });
  // It passes on the errors of its input.
  lines.on('error', () => undefined);
  lines.on('line', (line) => {
    if (line.startsWith(DATA)) events.push(JSON.parse(line.slice(DATA.length)) as FleetEvent);
  });
  return { events, end: () => asking.destroy() };
}

/** How many of some events are facts of these types. */
export function countFacts(events: readonly FleetEvent[], types: RegExp): number {
  return events.filter(({ fact }) => types.test(fact.type)).length;
}

/** Says on stderr what fell short, and what happened to a tunnel, and to all, meanwhile. */
export function tellShortfall(what: string, events: readonly FleetEvent[], about: string): void {
  const rows = events
    .filter(({ tunnel }) => tunnel === null || tunnel === about)
    .map(({ at, fact, sentence }) => `         ${at} ${fact.type}: ${sentence}`);
  process.stderr.write([`       FELL SHORT: ${what} (${about})`, ...rows, ''].join('\n'));
}
