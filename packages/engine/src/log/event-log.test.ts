import fc from 'fast-check';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { FleetEvent } from '../fleet/fleet-event.ts';
import { scratchFolder, type ScratchFolder } from '../testing/scratch-folder.ts';
import { eventLine, parseEventLine } from './event-log-line.ts';
import { createEventLog } from './event-log.ts';

let folder: ScratchFolder;
let path: string;

beforeEach(() => {
  folder = scratchFolder();
  path = folder.file('events.ndjson');
});
afterEach(() => folder.remove());

const EVENT: FleetEvent = {
  id: 7,
  at: '2026-01-02T03:04:05.678Z',
  tunnel: 'db',
  level: 'info',
  sentence: 'ssh runs (pid 811)',
  fact: { type: 'start.succeeded', pid: 811, firstPollSeconds: 5 },
};

function written(): unknown[] {
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as unknown);
}

describe('an event log', () => {
  test('has one event a line, as it was', () => {
    const log = createEventLog(path);
    const other: FleetEvent = { ...EVENT, id: 8, tunnel: null, fact: { type: 'tunnel.added' } };
    log.record(EVENT);
    log.record(other);
    log.close();
    expect(written()).toEqual([EVENT, other]);
  });

  test.each([
    [undefined, ['info', 'warning', 'error']],
    ['debug', ['debug', 'info', 'warning', 'error']],
    ['warning', ['warning', 'error']],
  ] as const)('of level %s has %j', (level, levels) => {
    const log = createEventLog(path, level === undefined ? {} : { level });
    for (const one of ['debug', 'info', 'warning', 'error'] as const) {
      log.record({ ...EVENT, level: one });
    }
    log.close();
    expect(written()).toEqual(levels.map((one) => ({ ...EVENT, level: one })));
  });

  test('says how many events it could not write', () => {
    mkdirSync(path);
    const log = createEventLog(path, { now: () => new Date('2026-01-02T03:04:06Z') });
    const problem = 'Illegal operation on a directory';
    expect(log.problem()).toBeNull();
    log.record(EVENT);
    log.record(EVENT);
    expect(log.problem()).toBe(problem);
    rmSync(path, { recursive: true });
    expect(log.problem()).toBeNull();
    log.record(EVENT);
    log.close();
    expect(written()).toEqual([
      {
        id: 0,
        at: '2026-01-02T03:04:06.000Z',
        tunnel: null,
        level: 'warning',
        sentence: `2 events could not be written to this log: ${problem}`,
        fact: { type: 'log.lost', records: 2, problem },
      },
      EVENT,
    ]);
  });

  test('is rotated at the size it is given', () => {
    const log = createEventLog(path, { maxBytes: 2 * (eventLine(EVENT).length + 1), keep: 1 });
    for (let id = 1; id <= 5; id += 1) log.record({ ...EVENT, id });
    log.close();
    expect(written()).toEqual([{ ...EVENT, id: 5 }]);
    expect(readFileSync(`${path}.1`, 'utf8').trimEnd().split('\n')).toHaveLength(2);
  });
});

describe('the line of an event', () => {
  test('has no controls of a terminal and no separators of lines in it', () => {
    const sentence = 'a\u0000b\u001bc\u007fd\u009be\u2028f\u2029';
    const line = eventLine({ ...EVENT, sentence });
    expect(line).toContain(String.raw`"a\u0000b\u001bc\u007fd\u009be\u2028f\u2029"`);
    expect(parseEventLine(line)?.sentence).toBe(sentence);
  });

  test('whatever its sentence is, is one line that no terminal obeys, and reads back as it was', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.string({ unit: 'binary' }),
        (sentence, tunnel) => {
          const event = { ...EVENT, sentence, tunnel };
          expect(eventLine(event)).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
          expect(parseEventLine(eventLine(event))).toEqual(event);
        },
      ),
    );
  });

  test.each<[title: string, line: string]>([
    ['nothing', ''],
    ['half an event', eventLine(EVENT).slice(0, -20)],
    ['two events', eventLine(EVENT) + eventLine(EVENT)],
    ['no object', '"text"'],
    ['null', 'null'],
    ['a list', '[]'],
    ['an event without an id', JSON.stringify({ ...EVENT, id: undefined })],
    ['an id that is no whole number', JSON.stringify({ ...EVENT, id: 1.5 })],
    ['a time that is none', JSON.stringify({ ...EVENT, at: 'yesterday' })],
    ['a tunnel without a name', JSON.stringify({ ...EVENT, tunnel: 1 })],
    ['an unknown level', JSON.stringify({ ...EVENT, level: 'fatal' })],
    ['a sentence that is none', JSON.stringify({ ...EVENT, sentence: null })],
    ['an event without a fact', JSON.stringify({ ...EVENT, fact: null })],
    ['a fact without a type', JSON.stringify({ ...EVENT, fact: {} })],
  ])('is not %s', (_, line) => {
    expect(parseEventLine(line)).toBeUndefined();
  });

  test('whatever the text is, reading it does not throw', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => void parseEventLine(text)));
  });
});
