import type { ChildEvent, ConnectionSight } from '@holdfast/machines';
import { AsyncSubject } from 'rxjs';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createChildTable } from './child-table.ts';
import type { ChildEnd, SshCommand } from './command.ts';
import type { Launch } from './launch.ts';
import { SshSlots } from './ssh-slots.ts';

const SIGHT: ConnectionSight = { hasMoved: false, resendInMs: null, hasAddress: true, streams: 0 };

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'slots-'));
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true, force: true });
});

/** The ssh of one tunnel that do what the test says, and what was heard of them. */
function stage({ isMadeLate = false } = {}) {
  const events: ChildEvent[] = [];
  const signals: string[] = [];
  const own: (number | undefined)[] = [];
  const ends = new Map<number, AsyncSubject<ChildEnd>>();
  const adopted: string[] = [];
  const launch: Launch = () => {
    const pid = 1001 + ends.size;
    const ended$ = new AsyncSubject<ChildEnd>();
    ends.set(pid, ended$);
    return { pid, ended$, stderr: null, signal: (name) => void signals.push(`${name} ${pid}`) };
  };
  const readyPath = (slot: string) => join(folder, slot);
  const command = (slot: string): SshCommand => ({
    file: '/bin/sh',
    args: [],
    readyPath: readyPath(slot),
  });
  const slots = new SshSlots({
    launch,
    children: createChildTable(),
    owner: {},
    chance: undefined,
    command: () => command('a'),
    challenger: (slot) => {
      const challenger = {
        ...command(slot),
        adopt() {
          adopted.push(slot);
          return Promise.resolve(undefined);
        },
      };
      return isMadeLate ? Promise.resolve(challenger) : challenger;
    },
    sight: () => Promise.resolve(SIGHT),
    ran: (pid) => own.push(pid),
    tell: (event) => events.push(event),
  });
  slots.start();
  return {
    slots,
    events,
    signals,
    own,
    adopted,
    types: () => events.map(({ type, slot = 'a' }) => `${type} ${slot}`),
    async logIn(slot: 'a' | 'b') {
      writeFileSync(readyPath(slot), '');
      await vi.advanceTimersByTimeAsync(50);
    },
    async end(pid: number) {
      ends.get(pid)!.next({ exit: { status: 255, signal: null } });
      ends.get(pid)!.complete();
      await vi.advanceTimersByTimeAsync(0);
    },
  };
}

test('a challenger tells of its login with what is seen of the other connection', async () => {
  const { slots, events, logIn, types } = stage();
  slots.obey({ type: 'child.challenge', slot: 'b' });
  await logIn('b');
  expect(types()).toEqual(['child.spawned a', 'child.spawned b', 'child.ready b']);
  expect(events.at(-1)).toEqual({
    type: 'child.ready',
    slot: 'b',
    atMs: expect.any(Number) as number,
    sight: SIGHT,
  });
});

test('one that is not needed is ended when its login is through, and not before', async () => {
  const { slots, signals, logIn, types } = stage();
  slots.obey({ type: 'child.challenge', slot: 'b' });
  slots.obey({ type: 'child.dismiss', slot: 'b' });
  await vi.advanceTimersByTimeAsync(19_000);
  expect(signals).toEqual([]);
  await logIn('b');
  expect(signals).toEqual(['SIGTERM 1002', 'SIGCONT 1002']);
  expect(types()).not.toContain('child.ready b');
  await vi.advanceTimersByTimeAsync(5000);
  expect(signals.at(-1)).toBe('SIGKILL 1002');
});

test('one that never logs in is ended after 20 s', async () => {
  const { slots, signals } = stage();
  slots.obey({ type: 'child.challenge', slot: 'b' });
  slots.obey({ type: 'child.dismiss', slot: 'b' });
  await vi.advanceTimersByTimeAsync(20_000);
  expect(signals).toContain('SIGTERM 1002');
});

test('one that was sent away, and is needed again before it has gone, stays', async () => {
  const { slots, signals, logIn, types } = stage();
  slots.obey({ type: 'child.challenge', slot: 'b' });
  slots.obey({ type: 'child.dismiss', slot: 'b' });
  slots.obey({ type: 'child.challenge', slot: 'b' });
  await logIn('b');
  await vi.advanceTimersByTimeAsync(30_000);
  expect([types().at(-1), signals]).toEqual(['child.ready b', []]);
});

test('one that takes over has its forwards opened, and is ready then', async () => {
  const { slots, own, adopted, logIn, end, types } = stage();
  slots.obey({ type: 'child.challenge', slot: 'b' });
  await logIn('b');
  await end(1001);
  slots.obey({ type: 'child.adopt', slot: 'b' });
  await vi.advanceTimersByTimeAsync(0);
  expect([adopted, own]).toEqual([['b'], [1001, 1002]]);
  expect(types().slice(-2)).toEqual(['child.exited a', 'child.ready b']);
});

test('one that takes over before it has logged in has them opened when it has', async () => {
  const { slots, adopted, logIn, end, types } = stage();
  slots.obey({ type: 'child.challenge', slot: 'b' });
  await end(1001);
  slots.obey({ type: 'child.adopt', slot: 'b' });
  expect(adopted).toEqual([]);
  await logIn('b');
  expect([adopted, types().at(-1)]).toEqual([['b'], 'child.ready b']);
});

test('one that takes over before it runs is known as the tunnel’s own when it does', async () => {
  const { slots, own, adopted, logIn, end, types } = stage({ isMadeLate: true });
  slots.obey({ type: 'child.challenge', slot: 'b' });
  slots.obey({ type: 'child.adopt', slot: 'b' });
  expect(types()).toEqual(['child.spawned a']);
  await end(1001);
  expect([types().at(-1), own]).toEqual(['child.spawned b', [1001, undefined, 1002]]);
  await logIn('b');
  expect([adopted, types().at(-1)]).toEqual([['b'], 'child.ready b']);
});

test('after a switch the next challenger is in the first slot, and named', async () => {
  const { slots, events, logIn, end, types } = stage();
  slots.obey({ type: 'child.challenge', slot: 'b' });
  await logIn('b');
  await end(1001);
  slots.obey({ type: 'child.adopt', slot: 'b' });
  await vi.advanceTimersByTimeAsync(0);
  slots.obey({ type: 'child.challenge', slot: 'a' });
  await logIn('a');
  expect(types().slice(-2)).toEqual(['child.spawned a', 'child.ready a']);
  expect(events.at(-1)).toMatchObject({ slot: 'a', sight: SIGHT });
});

test('when the tunnel is over a challenger is killed at once', () => {
  const { slots, signals } = stage();
  slots.obey({ type: 'child.challenge', slot: 'b' });
  slots.end();
  expect(signals).toContain('SIGKILL 1002');
});
