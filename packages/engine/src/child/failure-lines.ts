import { printableLine } from '@holdfast/text';
import type { FailureFacts } from './failure-facts.ts';
import type { FailureCause, KnownText } from './failure-texts.ts';

/** A line of stderr: `text` without its end, and whether it ended as ssh ends the lines of its own log. */
export interface Line {
  readonly text: string;
  readonly isOwn: boolean;
}

/** What the lines say about an end. */
export interface Finding {
  readonly cause: FailureCause;
  readonly line: string;
  readonly facts: FailureFacts;
  /** Where on the way it was, if not at the server that this ssh connects to itself: at a hop before it, or behind one. */
  readonly place?: 'at-hop' | 'behind-hop';
}

/** Longer than any line that ssh ends with. */
const LONGEST_LINE = 1000;

/** Reads a line that was cut at LF. */
export function readLine(raw: string): Line {
  const isOwn = raw.endsWith('\r');
  return { isOwn, text: printableLine((isOwn ? raw.slice(0, -1) : raw).slice(0, LONGEST_LINE)) };
}

/** Hears text in pieces of any length, and passes on each line of it, cut at LF. */
export function linesOf(hear: (line: string) => void): (text: string) => void {
  let rest = '';
  return (text) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop()!.slice(0, LONGEST_LINE);
    lines.forEach(hear);
  };
}

/** The lines that ssh wrote to its log, and nobody else. */
export function own(lines: readonly Line[]): Line[] {
  return lines.filter(({ isOwn }) => isOwn);
}

/** The first text that a line is. */
export function matchText(
  texts: readonly KnownText[],
  line: string | undefined,
): Finding | undefined {
  if (line === undefined) return undefined;
  for (const { cause, pattern } of texts) {
    const facts = factsOf(pattern, line);
    if (facts !== undefined) return { cause, line, facts };
  }
  return undefined;
}

/** What a line says, if it is this text; `undefined` if it is another. */
export function factsOf(pattern: RegExp, line: string): FailureFacts | undefined {
  const match = pattern.exec(line);
  if (match === null) return undefined;
  const found = Object.entries(match.groups ?? {}).filter(([, value]) => value !== undefined);
  return Object.fromEntries(found.map(([name, value]) => [name, toFact(name, value)]));
}

function toFact(name: string, value: string): string | number {
  return name === 'port' || name === 'row' ? Number(value) : value;
}
