import type { Writable } from 'node:stream';
import { count } from '@holdfast/text';
import { createOutput, type Output, type OutputSettings } from './output.ts';
import { streamTaker, takerOf, type Taker } from './taker.ts';

/** Standard output and standard error. */
export type OwnDescriptor = 1 | 2;

const opened = new Map<OwnDescriptor, Output>();

/**
 * This process's own output, for what must not wait: one for each descriptor, which all who write there share.
 *
 * @param settings - of whoever asks first.
 * @param stream - Node's own for this descriptor, if the program has used that already: it then is non-blocking for all who share it.
 */
export function ownOutput(
  fd: OwnDescriptor,
  settings: OutputSettings = { tellDropped },
  stream?: Writable,
): Output {
  let output = opened.get(fd);
  if (output === undefined) {
    output = createOutput(openTaker(fd, stream), settings);
    opened.set(fd, output);
  }
  return output;
}

/** Resolves when all of it is out, or given up. Before the process ends: some of it is written by others. */
export async function closeOwnOutputs(): Promise<void> {
  await Promise.all([...opened.values()].map((output) => output.close()));
  opened.clear();
}

/** "12 lines were dropped", as the end of a sentence. */
export function droppedWords(lines: number): string {
  return `${count(lines, 'line was', 'lines were')} dropped: nobody read them`;
}

function tellDropped(lines: number): string {
  return `${droppedWords(lines)}\n`;
}

/** A descriptor that is closed takes nothing. */
function openTaker(fd: OwnDescriptor, stream: Writable | undefined): Taker {
  try {
    return takerOf(fd, stream === undefined ? undefined : () => streamTaker(stream));
  } catch (error) {
    return {
      take: () => {
        throw error;
      },
      close: () => Promise.resolve(),
    };
  }
}
