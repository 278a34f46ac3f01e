import type { BeginLine, CheckpointLine } from '../format/line.ts';
import { createTunnelFilter } from './lines-of-tunnels.ts';
import { readFiles } from './read-lines.ts';

/** Lines of one tunnel that can be played by themselves: they begin with a begin or a checkpoint. */
export interface Segment {
  /** How the clocks stood then: a head, and maybe a line of the clock. */
  readonly clocks: readonly string[];
  /** When it begins, in milliseconds since 1970. */
  readonly atMs: number;
  readonly lines: string[];
}

/** So many lines are played at most: a second of work. */
const MOST_LINES = 20_000;

/** Which lines are wanted: those of one tunnel between two moments. */
export interface SegmentsQuery {
  /** The tunnel. */
  readonly name: string;
  /** In milliseconds since 1970. Default: the oldest moment on record. */
  readonly fromMs?: number | undefined;
  /** In milliseconds since 1970. Default: the present. */
  readonly toMs?: number | undefined;
}

/** What was found of a tunnel, oldest first. */
interface FoundSegments {
  readonly segments: readonly Segment[];
  /** The oldest moment of it that is on record, in milliseconds since 1970. */
  readonly earliestMs: number | null;
  /** Whether older segments of the wanted time were left out. */
  readonly isCut: boolean;
}

/** Finds what is on record of a tunnel from the last checkpoint before `fromMs` on; the last 20,000 lines at most. */
export async function findSegments(
  path: string,
  { name, fromMs = -Infinity, toMs = Infinity }: SegmentsQuery,
): Promise<FoundSegments> {
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

/** Cuts the lines of one tunnel, given one after the other, into segments. */
interface Segmenter {
  /** The segment that begins with this line; else it is added to the last one, if it is wanted. */
  take(text: string): Segment | undefined;
}

/** Makes a segmenter for the tunnel of that name. */
function createSegmenter(name: string): Segmenter {
  const filter = createTunnelFilter((each) => each === name);
  let clocks: readonly string[] = [];
  let offsetMs = 0;
  let segment: Segment | undefined;
  return {
    take(text) {
      if (!filter.isWanted(text)) return undefined;
      const clock = clockOf(text);
      if (clock !== undefined) {
        offsetMs = clock.wallMs - clock.clockUs / 1000;
        clocks = clock.isHead ? [text] : [...clocks.slice(0, 1), text];
      }
      const start = startOf(text);
      if (start === undefined) segment?.lines.push(text);
      else segment = { clocks, atMs: start.atUs / 1000 + offsetMs, lines: [text] };
      return start === undefined ? undefined : segment;
    },
  };
}

function clockOf(text: string) {
  const isHead = text.startsWith('{"recording"');
  if (!isHead && !text.startsWith('{"clock"')) return undefined;
  const line = parse<{ readonly wallMs: number; readonly clockUs: number }>(text);
  return line === undefined ? undefined : { ...line, isHead };
}

function startOf(text: string): { readonly atUs: number } | undefined {
  if (!text.startsWith('{"begin"') && !text.startsWith('{"checkpoint"')) return undefined;
  return parse<BeginLine | CheckpointLine>(text);
}

/** What is damaged is found when it is played. */
function parse<T>(text: string): T | undefined {
  try {
    return JSON.parse(text) as T;
  } catch {
    return undefined;
  }
}
