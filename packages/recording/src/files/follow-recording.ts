import { fileId, type LineSource, openLines } from '@holdfast/engine/log';
import { setTimeout as sleep } from 'node:timers/promises';
import { createTunnelFilter, createTunnelNames } from './lines-of-tunnels.ts';

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

const NUMBER = /^\[(\d+),/;

/** Keeps what is needed to play on from the present: of each tunnel the lines from its last checkpoint on. */
interface LastLines {
  take(text: string): void;
  /** The head, then the lines in their order. Empty if there is no head. */
  lines(): readonly string[];
}

/** Makes a keeper for lines that come one after the other. */
function createLastLines(): LastLines {
  const names = createTunnelNames();
  const byNumber = new Map<string, { readonly at: number; readonly text: string }[]>();
  let clocks: { readonly at: number; readonly text: string }[] = [];
  let count = 0;
  return {
    take(text) {
      const line = { at: count++, text };
      const number = NUMBER.exec(text)?.[1];
      if (number !== undefined) {
        byNumber.get(number)?.push(line);
        return;
      }
      const begun = /^\{"(?:begin|checkpoint)":(\d+),/.exec(text)?.[1];
      names.note(text);
      if (begun !== undefined) byNumber.set(begun, [line]);
      else if (text.startsWith('{"recording"')) {
        if (names.byNumber.size === 0) byNumber.clear();
        clocks = [line];
      } else if (text.startsWith('{"clock"')) clocks.push(line);
    },
    lines() {
      const [head, ...set] = clocks;
      if (head === undefined) return [];
      const rest = [...set, ...[...byNumber.values()].flat()];
      return [head, ...rest.toSorted((one, other) => one.at - other.at)].map(({ text }) => text);
    },
  };
}
