import type { Readable } from 'node:stream';
import { ownOutput } from '../output/own-output.ts';

/**
 * What ssh writes to stderr for each probe that its server refuses, in front of the port or path.
 *
 * @see https://github.com/openssh/openssh-portable/blob/V_9_2_P1/mux.c `mux_confirm_remote_forward()`
 */
export const REFUSED_PROBE =
  'mux_confirm_remote_forward: remote port forwarding failed for listen ';

/** As much of a line as is kept: more than any line of ssh's that means something. */
const LONGEST_LINE = 1000;

/** Whoever reads a stream line by line. */
export interface LineReader {
  /** Hears text in Latin-1, in pieces of any length. */
  hear(text: string): void;
  /** Nothing more comes: what is left is a line without an end. */
  end(): void;
}

/**
 * Cuts what ssh writes into lines, at LF and only there: the CR at the end of a line is kept, since it tells ssh's own lines from others'.
 *
 * Latin-1 keeps every byte, and no character is cut in two by the end of a piece; a line is given as the text that it is.
 */
export function createLineReader(tell: (line: string) => void): LineReader {
  let rest = '';
  const tellLine = (line: string) => {
    const isLong = line.length > LONGEST_LINE;
    const kept = isLong ? line.slice(0, LONGEST_LINE) + (line.endsWith('\r') ? '\r' : '') : line;
    tell(Buffer.from(kept, 'latin1').toString('utf8'));
  };
  return {
    hear(text) {
      const lines = (rest + text).split('\n');
      rest = lines.pop()!.slice(0, LONGEST_LINE);
      lines.forEach(tellLine);
    },
    end() {
      if (rest !== '') tellLine(rest);
      rest = '';
    },
  };
}

/**
 * ssh's stderr goes where it would have gone, this process's own, without the lines that only our probes make ssh write. Nothing waits for
 * the end of its line but what may become one of these.
 *
 * Not by `pipe`: that stops reading when this process's stderr is closed, and ssh would wait for ever to get rid of its words.
 */
export function passOn(stderr: Readable, hear: (line: string) => void): void {
  let line = '';
  /** How much of the line has been passed on. */
  let passed = 0;
  const say = (end = '') => {
    write(line.slice(passed) + end);
    line = line.slice(0, LONGEST_LINE);
    passed = line.length;
  };
  const endLine = () => {
    if (passed > 0 || !line.startsWith(REFUSED_PROBE)) say('\n');
    hear(line);
    passed = 0;
  };
  stderr.on('data', (chunk: Buffer) => {
    // Latin-1 keeps every byte, and no character is cut in two by the end of a chunk.
    const [rest = '', ...lines] = chunk.toString('latin1').split('\n');
    line += rest;
    for (const next of lines) {
      endLine();
      line = next;
    }
    if (passed > 0 || !mayBecomeNoise(line)) say();
  });
  stderr.once('end', () => say());
}

function mayBecomeNoise(line: string): boolean {
  return (
    line.length < LONGEST_LINE && (REFUSED_PROBE.startsWith(line) || line.startsWith(REFUSED_PROBE))
  );
}

/** It waits for nobody: what finds no room is dropped, and counted. */
function write(text: string): void {
  if (text !== '') ownOutput(2).write(Buffer.from(text, 'latin1'));
}

/** So much is read in each span of time; a program that writes more has to wait. That is far more than ssh ever has to say. */
const BYTES = 256 * 1024;
const SPAN_MS = 100;

/**
 * Lets a stream be read, but not as fast as it can be: a program that floods its stderr must not keep this process from its work. Nothing is
 * lost; whoever writes is slowed down.
 *
 * Returns what lifts the limit. To be called when the program has ended: what is left are its last words.
 */
export function limitRate(stream: Readable): () => void {
  let left = BYTES;
  let span: NodeJS.Timeout | undefined;
  const goOn = () => {
    span = undefined;
    left = BYTES;
    stream.resume();
  };
  stream.on('data', ({ length }: Buffer) => {
    left -= length;
    span ??= setTimeout(goOn, SPAN_MS).unref();
    if (left <= 0) stream.pause();
  });
  return () => {
    clearTimeout(span);
    left = Infinity;
    stream.resume();
  };
}
