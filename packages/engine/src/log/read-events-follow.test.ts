import {
  appendFileSync,
  existsSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  truncateSync,
} from 'node:fs';
import { access } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { FleetEvent } from '../fleet/fleet-event.ts';
import { skipWithout } from '../testing/missing-part.ts';
import { scratchFolder, type ScratchFolder } from '../testing/scratch-folder.ts';
import { eventLine } from './event-log-line.ts';
import { createEventLog, type EventLog } from './event-log.ts';
import { readEvents } from './read-events.ts';
import { followEvents, type FollowOptions } from './read-events-follow.ts';

let folder: ScratchFolder;
let path: string;
let log: EventLog;
let stop: AbortController;

beforeEach(() => {
  folder = scratchFolder();
  path = folder.file('events.ndjson');
  log = createEventLog(path, { maxBytes: 1500, keep: 99 });
  stop = new AbortController();
});
afterEach(() => {
  stop.abort();
  log.close();
  folder.remove();
});

function event(id: number, tunnel: string | null = null): FleetEvent {
  const at = new Date(Date.parse('2026-01-02T03:00:00Z') + id).toISOString();
  const fact = { type: 'credentials.changed' } as const;
  return { id, at, tunnel, level: 'info', sentence: `event number ${id}`, fact };
}

function record(...ids: readonly number[]): void {
  for (const id of ids) log.record(event(id, id % 2 === 0 ? 'even' : 'odd'));
}

/** Follows the log; `next` resolves to the ids of so many events, when they are there. */
function follow(options: FollowOptions = {}) {
  const events = followEvents(path, stop.signal, { pollMs: 1, ...options });
  return {
    events,
    async next(count: number): Promise<number[]> {
      const ids: number[] = [];
      while (ids.length < count) {
        const { value, done } = await events.next();
        if (done) break;
        ids.push(value.id);
      }
      return ids;
    },
  };
}

function upTo(last: number, first = 1): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

describe('whoever follows a log', () => {
  test('hears events as they are written, and none from before', async () => {
    record(1, 2, 3);
    const { next } = follow({ last: 1 });
    expect(await next(1)).toEqual([3]);
    record(4, 5);
    expect(await next(2)).toEqual([4, 5]);
    record(6);
    expect(await next(1)).toEqual([6]);
  });

  test('hears the last ones first, over all files', async () => {
    record(...upTo(40));
    const { next } = follow({ last: 20 });
    expect(await next(20)).toEqual(upTo(40, 21));
    record(41);
    expect(await next(1)).toEqual([41]);
  });

  test('hears nothing that was there without asking for it', async () => {
    record(...upTo(40));
    const { next } = follow();
    // It cannot be seen when "from now on" begins: events are written until the first one is heard.
    let id = 100;
    const writer = setInterval(() => record((id += 1)), 1);
    const [first] = await next(1);
    clearInterval(writer);
    expect(first).toBeGreaterThan(100);
    record((id += 1));
    expect(await next(id - first!)).toEqual(upTo(id, first! + 1));
  });

  test('hears all of it across many rotations', async () => {
    record(1);
    const { next } = follow({ last: 1 });
    expect(await next(1)).toEqual([1]);
    record(...upTo(100, 2));
    expect(await next(99)).toEqual(upTo(100, 2));
    record(101);
    expect(await next(1)).toEqual([101]);
  });

  test('hears all of it while it is written and rotated', async () => {
    const { next } = follow({ last: 500 });
    const ids = next(500);
    for (let id = 1; id <= 500; id += 1) {
      record(id);
      if (id % 7 === 0) await new Promise(setImmediate);
    }
    expect(await ids).toEqual(upTo(500));
  });

  test('goes on with the oldest that is left, if it stalled while its file was rotated away', async () => {
    log.close();
    log = createEventLog(path, { maxBytes: 1500, keep: 3 });
    record(1);
    const { next } = follow({ last: 1 });
    expect(await next(1)).toEqual([1]);
    record(...upTo(100, 2));
    const left = [];
    for await (const { id } of readEvents(path)) left.push(id);
    const ids: number[] = [];
    while (ids.at(-1) !== 100) ids.push(...(await next(1)));
    // What was in its own file is still heard, since that is open; then there is a gap.
    expect(ids.slice(-left.length)).toEqual(left);
    expect(left.length).toBeGreaterThan(20);
    expect(ids.slice(0, -left.length)).toEqual(upTo(ids.length - left.length + 1, 2));
  });

  test('waits for a log that is not there yet', async () => {
    const { next } = follow({ last: 2 });
    const ids = next(2);
    for (let look = 0; look < 50; look += 1) await access(folder.path);
    record(1, 2);
    expect(await ids).toEqual([1, 2]);
  });

  test.each<[title: string, act: () => void]>([
    ['deleted', () => rmSync(path)],
    ['moved away', () => renameSync(path, folder.file('elsewhere'))],
    ['cut short', () => truncateSync(path)],
  ])('goes on when the file is %s', async (_, act) => {
    record(1, 2);
    const { next } = follow({ last: 2 });
    expect(await next(2)).toEqual([1, 2]);
    act();
    record(3);
    expect(await next(1)).toEqual([3]);
    record(4);
    expect(await next(1)).toEqual([4]);
  });

  test('hears an event once its line is whole', async () => {
    record(1);
    const line = `${eventLine(event(2))}\n`;
    appendFileSync(path, line.slice(0, 20));
    const { next } = follow({ last: 1 });
    expect(await next(1)).toEqual([1]);
    appendFileSync(path, line.slice(20));
    expect(await next(1)).toEqual([2]);
  });

  test('hears only of the tunnels that it asked for', async () => {
    record(1, 2);
    const { next } = follow({ last: 1, tunnels: ['even'] });
    expect(await next(1)).toEqual([2]);
    record(3, 4, 5, 6);
    expect(await next(2)).toEqual([4, 6]);
  });

  test('is told about junk', async () => {
    record(1);
    const junk: string[] = [];
    const { next } = follow({ last: 1, onJunk: (line) => junk.push(line) });
    expect(await next(1)).toEqual([1]);
    appendFileSync(path, 'no event\n');
    record(2);
    expect([await next(1), junk]).toEqual([[2], ['no event']]);
  });
});

describe('following ends with the signal', () => {
  test('while it waits', async () => {
    record(1);
    const { next, events } = follow({ last: 1, pollMs: 2 ** 30 });
    expect(await next(1)).toEqual([1]);
    const end = events.next();
    stop.abort();
    expect(await end).toEqual({ value: undefined, done: true });
  });

  test('before it began', async () => {
    record(1);
    stop.abort();
    expect(await follow().next(1)).toEqual([]);
  });
});

describe.skipIf(skipWithout('/proc', existsSync('/proc/self/fd')))('no file stays open', () => {
  function openFiles(): number {
    return readdirSync('/proc/self/fd').filter((fd) => linkOf(fd).startsWith(folder.path)).length;
  }

  function linkOf(fd: string): string {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`);
    } catch {
      return '';
    }
  }

  test('behind one who hears no more, between two files too', async () => {
    record(1);
    const { events, next } = follow({ last: 1 });
    expect(await next(1)).toEqual([1]);
    record(...upTo(100, 2));
    // The rest of the first file is heard: the next one is open by then.
    expect(await next(1)).toEqual([2]);
    log.close();
    await events.return(undefined);
    expect(openFiles()).toBe(0);
  });

  test('behind one who has followed over many files', async () => {
    const { events, next } = follow({ last: 100 });
    const ids = next(100);
    record(...upTo(100));
    await ids;
    log.close();
    expect(openFiles()).toBe(1);
    await events.return(undefined);
    expect(openFiles()).toBe(0);
  });
});
