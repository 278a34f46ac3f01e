import { fileId, openLines, type LineSource } from '@holdfast/engine/log';
import { setTimeout as sleep } from 'node:timers/promises';
import { createLastLines } from './last-lines.ts';
import { createTunnelFilter } from './lines-of-tunnels.ts';

/** What is followed, and until when. */
export interface FollowWish {
  /** Whether a tunnel is wanted. */
  readonly isNamed: (name: string) => boolean;
  readonly signal: AbortSignal;
  /** Time between two looks at the file. Default: 250. */
  readonly pollMs?: number | undefined;
}

const POLL_MS = 250;

/**
 * The lines of some tunnels as they are written, until the signal: a recording that can be played by itself.
 *
 * It begins with the last checkpoint of each. It goes on across rotations, and waits for a file that is not there yet. Throws the system's
 * error when a file cannot be read.
 */
export async function* followRecording(
  path: string,
  { isNamed, signal, pollMs = POLL_MS }: FollowWish,
): AsyncGenerator<string> {
  const filter = createTunnelFilter(isNamed);
  const last = createLastLines();
  let file = openLines(path);
  try {
    for await (const text of wanted(file, filter)) last.take(text);
    yield* last.lines();
    while (!signal.aborted) {
      await sleep(pollMs, undefined, { signal }).catch(() => undefined);
      const isFull = file === undefined || fileId(path) !== file.id;
      yield* wanted(file, filter);
      if (!isFull) continue;
      const next = openLines(path);
      if (next === undefined) continue;
      file?.close();
      file = next;
      yield* wanted(file, filter);
    }
  } finally {
    file?.close();
  }
}

async function* wanted(
  file: LineSource | undefined,
  filter: ReturnType<typeof createTunnelFilter>,
): AsyncGenerator<string> {
  if (file === undefined) return;
  for await (const lines of file.lines()) {
    for (const text of lines) if (text !== '' && filter.isWanted(text)) yield text;
  }
}
