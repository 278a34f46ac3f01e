import type { FailureClass, StopReason } from '@holdfast/machines';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ChildEnd } from '../child/command.ts';
import { createLineReader } from '../child/stderr.ts';
import { createLastWords } from './last-words.ts';
import { failureReport } from './sentences.ts';

/** OpenSSH 9.2 writes it for each probe to a server that forbids forwards. */
const NOISE = 'mux_confirm_remote_forward: remote port forwarding failed for listen port 0\r\n';
const DROPPED = 'Connection to bastion closed by remote host.\r\n';
const LOST = { exit: { status: 255, signal: null } } as const satisfies ChildEnd;

function explain(
  texts: readonly string[],
  { end = LOST as ChildEnd, ageMs = 1000, wasHealthy = false } = {},
) {
  const words = createLastWords({ wasHealthy: () => wasHealthy });
  const reader = createLineReader((line) => words.hear(line));
  for (const text of texts) reader.hear(text);
  reader.end();
  return words.explain(end, ageMs);
}

function classOf(...texts: readonly string[]): FailureClass | undefined {
  return explain(texts)?.class;
}

describe('the last words of an ssh', () => {
  test.each<[text: string, failureClass: FailureClass]>([
    ['ssh: connect to host bastion port 22: Connection refused\r\n', 'unreachable'],
    ['me@bastion: Permission denied (publickey).\r\n', 'auth'],
    ['Error: remote port forwarding failed for listen port 8080\r\n', 'remote-port-held'],
    ['', 'unknown'],
    ['something new\r\n', 'unknown'],
  ])('%j tell what went wrong', (text, failureClass) => {
    expect(classOf(text)).toBe(failureClass);
  });

  test('are heard in whatever pieces they come', () => {
    const text = `${NOISE}${NOISE}ssh: connect to host bastion port 22: Connection refused\r\n`;
    fc.assert(
      fc.property(fc.array(fc.nat(text.length)), (cuts) => {
        const ends = [...cuts, 0, text.length].sort((one, other) => one - other);
        expect(classOf(...ends.map((end, index) => text.slice(ends[index - 1] ?? 0, end)))).toBe(
          'unreachable',
        );
      }),
    );
  });

  test('are said by a tunnel that worked or by one that never did, which is not the same', () => {
    expect(explain([DROPPED], { wasHealthy: true })?.class).toBe('dropped');
    expect(explain([DROPPED])?.class).not.toBe('auth');
    expect(explain([''], { wasHealthy: true })?.class).toBe('dropped');
  });

  test('of an ssh that could not be run are those of the system', () => {
    const end: ChildEnd = { unrunnable: 'No such file or directory' };
    expect(explain([], { end })).toMatchObject({ class: 'usage' });
  });

  test('may hold bytes that are no text', () => {
    const failure = explain(['\xff\xfe\x00\x1b[2J\xc3\r\n']);
    expect(failure?.line).not.toMatch(/\p{C}/u);
  });
});

describe('the last words of an ssh that was told to go', () => {
  const explainAfter = (reason: StopReason | null, end: ChildEnd) => {
    const words = createLastWords({
      wasHealthy: () => true,
      stopReason: () => reason,
    });
    words.hear(DROPPED.trimEnd() + '\r');
    return words.explain(end, 1000);
  };

  test.each<StopReason>([
    'operator-stop',
    'operator-restart',
    'lifetime-over',
    'heartbeat-missed',
    'check-failed',
  ])('claim no failure, since the reason is known: %s', (reason) => {
    for (const exit of [
      LOST.exit,
      { status: 0, signal: null },
      { status: null, signal: 'SIGTERM' },
    ]) {
      expect(explainAfter(reason, { exit })).toBeUndefined();
    }
  });

  test.each([null, 'forward-refused'] as const)('are read else: %s', (reason) => {
    expect(explainAfter(reason, LOST)?.class).toBe('dropped');
  });

  test('do not hide that it never ran', () => {
    const end: ChildEnd = { unrunnable: 'No such file or directory' };
    expect(explainAfter('operator-restart', end)?.class).toBe('usage');
  });
});

describe('the noise of probes', () => {
  test('is no reason for an end', () => {
    expect(explain([NOISE, NOISE], { ageMs: 60_000, wasHealthy: true })).toEqual(
      explain([], { ageMs: 60_000, wasHealthy: true }),
    );
    expect(explain([NOISE])).not.toHaveProperty('line');
  });

  test('does not cover what ssh says at its end, before it or behind it', () => {
    const refused = 'ssh: connect to host bastion port 22: Connection refused\r\n';
    expect(classOf(NOISE, refused)).toBe('unreachable');
    expect(classOf(refused, NOISE)).toBe('unreachable');
  });

  test('is still none when so much came that its beginning is forgotten', () => {
    // Whatever is cut off, and so for every length of what comes last.
    for (let length = 0; length <= NOISE.length; length += 1) {
      const noise = NOISE.repeat(200);
      const failure = explain([noise, `${'x'.repeat(length)}\r\n`]);
      expect(failure?.class).toBe('unknown');
      expect(failure?.line ?? '').not.toContain('forward');
      expect(explain([`${'x'.repeat(length)}\r\n`, noise])?.line ?? '').not.toContain('fo');
    }
  });

  test('is not the refusal of a forward of the tunnel', () => {
    const own = 'Error: remote port forwarding failed for listen port 8080\r\n';
    expect(classOf(NOISE, own)).toBe('remote-port-held');
  });
});

test('the end of a long talk is kept, and no more', () => {
  const words = createLastWords({ wasHealthy: () => false });
  const reader = createLineReader((line) => words.hear(line));
  const before = process.memoryUsage().heapUsed;
  for (let n = 0; n < 1000; n += 1) reader.hear(`${'chatter '.repeat(8000)}\r\n`);
  reader.hear('me@bastion: Permission denied (publickey).\r\n');
  const grown = process.memoryUsage().heapUsed - before;
  expect(words.explain(LOST, 1000)?.class).toBe('auth');
  // 64 MB were said.
  expect(grown).toBeLessThan(32e6);
});

test('the machine is told of a failure what people are shown, and nothing else', () => {
  const failure = { class: 'auth', cause: 'key-refused', facts: { user: 'me' } } as never;
  const shown = { class: 'auth', sentence: 'refused', remedy: 'ask', line: 'no' };
  expect(failureReport(Object.assign({}, failure, shown))).toEqual(shown);
  expect(failureReport(Object.assign({}, failure, { sentence: 'refused' }))).toEqual({
    class: 'auth',
    sentence: 'refused',
  });
});
