import { openLines } from '@holdfast/engine/log';
import { createTunnelNames } from './lines-of-tunnels.ts';

const ROUTINE = /^\[(\d+),\d+,\d+,(\d+)\]$/;

/** The last round trips of every tunnel in milliseconds, oldest first, from the youngest file of a recording. Nothing is played. */
export async function recentRoundTrips(
  path: string,
  last = 60,
): Promise<ReadonlyMap<string, readonly number[]>> {
  const file = openLines(path);
  const found = new Map<string, number[]>();
  if (file === undefined) return found;
  const names = createTunnelNames();
  try {
    for await (const lines of file.lines()) {
      for (const text of lines) {
        const [, number, roundTripUs] = ROUTINE.exec(text) ?? [];
        const name = number === undefined ? names.note(text) : names.of(number);
        if (roundTripUs !== undefined && name !== undefined) {
          add(found, name, Number(roundTripUs) / 1000, last);
        }
      }
    }
    return found;
  } finally {
    file.close();
  }
}

function add(found: Map<string, number[]>, name: string, ms: number, last: number): void {
  const known = found.get(name);
  if (known === undefined) found.set(name, [ms]);
  else {
    known.push(ms);
    if (known.length > last) known.shift();
  }
}
