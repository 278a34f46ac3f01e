import type { HeadLine } from '../format/line.ts';
import { createLineReader } from '../read/read-recording.ts';
import { createPlayer, type PlayedStep } from './player.ts';

/** What is told while a recording is played. */
export interface PlayOptions {
  /** Told of each head: which program wrote what comes next. */
  readonly onHead?: ((head: HeadLine) => void) | undefined;
  /** Told of a last line that is cut short, with its number. */
  readonly onCut?: ((line: number) => void) | undefined;
}

/**
 * Plays a recording whose lines come in chunks; the event loop turns between them. Throws a `RecordingError`, at the first difference too.
 *
 * A step is given when the next one is there, since something may be said about it after it.
 */
export async function* playLines(
  chunks: AsyncIterable<readonly string[]> | Iterable<readonly string[]>,
  { onHead, onCut }: PlayOptions = {},
): AsyncGenerator<PlayedStep> {
  const reader = createLineReader();
  const player = createPlayer();
  let held: readonly PlayedStep[] = [];
  try {
    for await (const texts of chunks) {
      for (const text of texts) {
        for (const line of reader.next(text)) {
          if ('recording' in line.line) onHead?.(line.line);
          const steps = player.play(line);
          if (steps.length === 0) continue;
          yield* held;
          held = steps;
        }
      }
    }
    const cut = reader.end();
    if (cut !== undefined) onCut?.(cut);
  } finally {
    yield* held;
  }
}
