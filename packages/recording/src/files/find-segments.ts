import { readFiles } from './read-files.ts';
import { createSegmenter, type Segment } from './segments.ts';
import type { StepsQuery } from './steps-query.ts';

/** So many lines are played at most: a second of work. */
const MOST_LINES = 20_000;

/** What was found of a tunnel, oldest first. */
export interface FoundSegments {
  readonly segments: readonly Segment[];
  /** The oldest moment of it that is on record, in milliseconds since 1970. */
  readonly earliestMs: number | null;
  /** Whether older segments of the wanted time were left out. */
  readonly isCut: boolean;
}

/** Finds what is on record of a tunnel from the last checkpoint before `fromMs` on; the last 20,000 lines at most. */
export async function findSegments(
  path: string,
  query: Omit<StepsQuery, 'limit'>,
): Promise<FoundSegments> {
  const { name, fromMs = -Infinity, toMs = Infinity } = query;
  const segmenter = createSegmenter(name);
  let segments: Segment[] = [];
  let earliestMs: number | null = null;
  let isCut = false;
  const take = (segment: Segment) => {
    earliestMs ??= segment.atMs;
    if (segment.atMs <= fromMs) segments = [];
    segments.push(segment);
    while (linesIn(segments.slice(1)) > MOST_LINES) {
      segments.shift();
      isCut = true;
    }
  };
  for await (const lines of readFiles(path)) {
    for (const text of lines) {
      const segment = segmenter.take(text);
      if (segment !== undefined && segment.atMs > toMs && segments.length > 0) {
        return { segments, earliestMs, isCut };
      }
      if (segment !== undefined) take(segment);
    }
  }
  return { segments, earliestMs, isCut };
}

function linesIn(segments: readonly Segment[]): number {
  return segments.reduce((sum, { lines }) => sum + lines.length, 0);
}
