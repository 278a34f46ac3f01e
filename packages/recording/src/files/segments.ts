import type { CheckpointLine, BeginLine } from '../format/line.ts';
import { createTunnelFilter } from './lines-of-tunnels.ts';

/** Lines of one tunnel that can be played by themselves: they begin with a begin or a checkpoint. */
export interface Segment {
  /** How the clocks stood then: a head, and maybe a line of the clock. */
  readonly clocks: readonly string[];
  /** When it begins, in milliseconds since 1970. */
  readonly atMs: number;
  readonly lines: string[];
}

/** Cuts the lines of one tunnel, given one after the other, into segments. */
export interface Segmenter {
  /** The segment that begins with this line; else it is added to the last one, if it is wanted. */
  take(text: string): Segment | undefined;
}

/** Makes a segmenter for the tunnel of that name. */
export function createSegmenter(name: string): Segmenter {
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
