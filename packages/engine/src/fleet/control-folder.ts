import { mkdirSync } from 'node:fs';
import { StartRefused } from '../child/start-refused.ts';
import { systemErrorText } from '../system-error.ts';
import type { FleetFact } from './fleet-event.ts';

/**
 * Makes the folder of control sockets if it is missing; to be called before each start, since a cleaner may have removed it.
 *
 * ssh would log in, find no folder for its socket, and end. Throws a {@link StartRefused} where it cannot be made.
 */
export function readyControlFolder(
  path: string,
  chance: () => number,
  tell: (fact: FleetFact) => void,
): void {
  try {
    if (mkdirSync(path, { recursive: true, mode: 0o700 }) === undefined) return;
  } catch (error) {
    const sentence = `the folder of control sockets cannot be made: ${path}: ${systemErrorText(error)}`;
    const failure = { class: 'unknown', sentence, remedy: 'see to that folder' } as const;
    throw new StartRefused(sentence, { failure, chance: chance() });
  }
  tell({ type: 'place.mended', path });
}
