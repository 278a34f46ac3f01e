import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { FleetEvent } from '../fleet/fleet-event.ts';
import { scratchFolder, type ScratchFolder } from '../testing/scratch-folder.ts';
import { eventLine } from './event-log-line.ts';
import { createEventLog } from './event-log.ts';
import { readEvents, type EventSelection } from './read-events.ts';

let folder: ScratchFolder;
let path: string;

beforeEach(() => {
  folder = scratchFolder();
  path = folder.file('events.ndjson');
});
afterEach(() => folder.remove());

const START = Date.parse('2026-01-02T03:00:00Z');

function event(id: number, more: Partial<FleetEvent> = {}): FleetEvent {
  return {
    id,
    at: new Date(START + id * 60_000).toISOString(),
    tunnel: ['db', 'web', null][id % 3]!,
    level: (['info', 'warning'] as const)[id % 2]!,
    sentence: `something happened for the ${id}th time`,
    fact: { type: 'credentials.changed' },
    ...more,
  };
}

/** Writes events 1 to `last` over as many files as are needed. */
function writeLog(last: number, maxBytes = 800): void {
  const log = createEventLog(path, { maxBytes, keep: 99 });
  for (let id = 1; id <= last; id += 1) log.record(event(id));
  log.close();
}

async function readIds(selection?: EventSelection): Promise<number[]> {
  const ids: number[] = [];
  for await (const { id } of readEvents(path, selection)) ids.push(id);
  return ids;
}

function upTo(last: number, first = 1): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

describe('events are read', () => {
  test('as they were written', async () => {
    writeLog(3);
    const events: FleetEvent[] = [];
    for await (const one of readEvents(path)) events.push(one);
    expect(events).toEqual([event(1), event(2), event(3)]);
  });

  test('oldest first over all files', async () => {
    writeLog(60);
    expect(await readIds()).toEqual(upTo(60));
  });

  test('over files with a gap in their numbers', async () => {
    writeLog(12);
    rmSync(`${path}.1`);
    const ids = await readIds();
    expect(ids).toEqual(ids.toSorted((one, other) => one - other));
    expect([ids[0], ids.at(-1), ids.length < 12]).toEqual([1, 12, true]);
  });

  test.each<[title: string, selection: EventSelection, ids: number[]]>([
    ['the last one', { last: 1 }, [60]],
    ['the last ones over two files', { last: 7 }, upTo(60, 54)],
    ['no last ones', { last: 0 }, []],
    ['more last ones than there are', { last: 100 }, upTo(60)],
    ['those of tunnels', { tunnels: ['web', 'unknown'] }, upTo(60).filter((id) => id % 3 === 1)],
    ['none of no tunnel', { tunnels: [] }, []],
    ['the last ones of a tunnel', { tunnels: ['db'], last: 3 }, [54, 57, 60]],
    ['those since a time', { since: new Date(START + 58 * 60_000) }, [58, 59, 60]],
    ['the last ones since a time', { since: new Date(START + 50 * 60_000), last: 2 }, [59, 60]],
    ['those of a level and above', { level: 'warning', last: 2 }, [57, 59]],
    ['none of a higher level', { level: 'error' }, []],
  ])('by choice: %s', async (_, selection, ids) => {
    writeLog(60);
    expect(await readIds(selection)).toEqual(ids);
  });

  test('without junk, which is told', async () => {
    writeLog(2);
    appendFileSync(path, `\n\0\0\0\nno event\n${eventLine(event(3)).slice(0, 30)}\n`);
    appendFileSync(path, `${eventLine(event(4))}\n`);
    const junk: string[] = [];
    expect(await readIds({ onJunk: (line) => junk.push(line) })).toEqual([1, 2, 4]);
    expect(junk).toEqual(['\0\0\0', 'no event', eventLine(event(3)).slice(0, 30)]);
  });

  test('without a line that has no end yet', async () => {
    writeLog(2);
    appendFileSync(path, eventLine(event(3)));
    const junk: string[] = [];
    expect(await readIds({ onJunk: (line) => junk.push(line) })).toEqual([1, 2]);
    expect(junk).toEqual([]);
  });

  test('with what a crash cut short at the end of a full file as junk', async () => {
    writeFileSync(`${path}.1`, `${eventLine(event(1))}\n{"id":2`);
    writeFileSync(path, `${eventLine(event(3))}\n`);
    const junk: string[] = [];
    expect(await readIds({ onJunk: (line) => junk.push(line) })).toEqual([1, 3]);
    expect(junk).toEqual(['{"id":2']);
  });

  test('with characters of many bytes that lie across two pieces of a file', async () => {
    const sentence = 'ä€😀'.repeat(20_000);
    const log = createEventLog(path);
    for (const id of [1, 2, 3]) log.record(event(id, { sentence: `${'x'.repeat(id)}${sentence}` }));
    log.close();
    const sentences: string[] = [];
    for await (const one of readEvents(path)) sentences.push(one.sentence);
    expect(sentences).toEqual(['x', 'xx', 'xxx'].map((text) => text + sentence));
  });

  test('behind a line of many megabytes, of which only the beginning is held', async () => {
    writeFileSync(path, `${eventLine(event(1))}\n${'x'.repeat(8_000_000)}\n`);
    appendFileSync(path, `${eventLine(event(2))}\n`);
    const junk: string[] = [];
    expect(await readIds({ onJunk: (line) => junk.push(line) })).toEqual([1, 2]);
    expect(junk).toHaveLength(1);
    expect(junk[0]!.length).toBeLessThan(2_000_000);
  });

  test('while the log is rotated, none twice and none left out', async () => {
    writeLog(40);
    const log = createEventLog(path, { maxBytes: 800, keep: 99 });
    const ids: number[] = [];
    for await (const { id } of readEvents(path)) {
      ids.push(id);
      if (id <= 40) log.record(event(id + 40));
    }
    log.close();
    expect(ids).toEqual(upTo(ids.length));
    expect(ids.length).toBeGreaterThanOrEqual(40);
  });

  test('by one who wants no more after the first', async () => {
    writeLog(60);
    for await (const { id } of readEvents(path)) {
      expect(id).toBe(1);
      break;
    }
  });
});

describe('there are no events', () => {
  test.each<[title: string, prepare: () => void]>([
    ['without a log', () => undefined],
    ['in an empty one', () => writeFileSync(path, '')],
    ['in a folder', () => mkdirSync(path)],
    ['in a named pipe that nobody writes', () => void spawnSync('mkfifo', [path])],
  ])('%s', async (_, prepare) => {
    prepare();
    expect(await readIds()).toEqual([]);
    expect(await readIds({ last: 5 })).toEqual([]);
  });

  test('in a folder that is missing', async () => {
    path = folder.file('no/such/log');
    expect(await readIds()).toEqual([]);
  });
});

test('a log below a file cannot be read, in the words of the system', async () => {
  writeFileSync(path, '');
  path = `${path}/log`;
  await expect(readIds()).rejects.toMatchObject({ code: 'ENOTDIR' });
});
