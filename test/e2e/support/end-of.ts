import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';

/**
 * Waits until a program has ended and all that it wrote has been read; returns its status, or the signal that ended it.
 *
 * Its pipes may stay open, since what it left behind may hold them for ever. So this is not their end, but the first turns of the event
 * loop after its exit that brought no more of it: what it wrote is in the pipes by then.
 *
 * @param countRead - how much of its output was read so far.
 */
export async function endOf(
  child: ChildProcess,
  countRead: () => number,
): Promise<number | NodeJS.Signals> {
  await once(child, 'exit');
  let read: number;
  do {
    read = countRead();
    for (let turns = 0; turns < 3; turns += 1) await turn();
  } while (countRead() > read);
  return child.exitCode ?? (child.signalCode as NodeJS.Signals);
}
