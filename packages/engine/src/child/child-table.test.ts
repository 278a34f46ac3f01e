import { Subject } from 'rxjs';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createChildTable, terminate } from './child-table.ts';
import type { ChildEnd } from './command.ts';
import type { LaunchedChild } from './launch.ts';

interface FakeChild {
  readonly child: LaunchedChild;
  readonly signals: string[];
  end(): void;
}

const COMMAND = { file: 'ssh', args: [] };

function fakeChild(pid: number | undefined = 1000): FakeChild {
  const ended$ = new Subject<ChildEnd>();
  const signals: string[] = [];
  return {
    child: { pid, ended$, stderr: null, signal: (name) => void signals.push(name) },
    signals,
    end() {
      ended$.next({ exit: { status: 0, signal: null } });
      ended$.complete();
    },
  };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('a child is known as the ssh of its tunnel until it has ended', () => {
  const table = createChildTable();
  const [db, web, nameless] = [fakeChild(811), fakeChild(812), fakeChild(813)];
  table.run(() => db.child, { ...COMMAND, tunnel: 'db' });
  table.run(() => web.child, { ...COMMAND, tunnel: 'web' });
  table.run(() => nameless.child, COMMAND);
  const known = () => [811, 812, 813, 814].map((pid) => table.tunnelOf(pid));
  expect(known()).toEqual(['db', 'web', undefined, undefined]);
  db.end();
  expect(known()).toEqual([undefined, 'web', undefined, undefined]);
});

describe('killAll', () => {
  test('kills every child that still runs, and no other', () => {
    const table = createChildTable();
    const [first, ended, last] = [fakeChild(), fakeChild(), fakeChild()];
    for (const { child } of [first, ended, last]) table.run(() => child, COMMAND);
    ended.end();
    table.killAll();
    expect([first, ended, last].map(({ signals }) => signals)).toEqual([
      ['SIGKILL'],
      [],
      ['SIGKILL'],
    ]);
  });

  test('leaves a child alone that never ran', () => {
    const table = createChildTable();
    const { child, signals } = { ...fakeChild(), ...unrunnable() };
    table.run(() => child, COMMAND);
    table.killAll();
    expect(signals).toEqual([]);
  });

  test('finds a child that is watched no more', () => {
    const table = createChildTable();
    const { child, signals } = fakeChild();
    table.run(() => child, COMMAND).unsubscribe();
    table.killAll();
    expect(signals).toEqual(['SIGTERM', 'SIGCONT', 'SIGKILL']);
  });
});

describe('a child that is watched no more', () => {
  test('is asked to end, and left in peace when it obeys', () => {
    const { child, signals, end } = fakeChild();
    createChildTable()
      .run(() => child, COMMAND)
      .unsubscribe();
    expect(signals).toEqual(['SIGTERM', 'SIGCONT']);
    end();
    expect(vi.getTimerCount()).toBe(0);
  });

  test('is killed five seconds later when it does not', () => {
    const { child, signals } = fakeChild();
    createChildTable()
      .run(() => child, COMMAND)
      .unsubscribe();
    vi.advanceTimersByTime(4999);
    expect(signals).toEqual(['SIGTERM', 'SIGCONT']);
    vi.advanceTimersByTime(1);
    expect(signals).toEqual(['SIGTERM', 'SIGCONT', 'SIGKILL']);
  });

  test('is not signalled when it had ended before', () => {
    const { child, signals, end } = fakeChild();
    const tabled = createChildTable().run(() => child, COMMAND);
    end();
    tabled.unsubscribe();
    expect(signals).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });
});

test('a child that is asked to end is woken to hear it', () => {
  const { child, signals } = fakeChild();
  terminate(child);
  expect(signals).toEqual(['SIGTERM', 'SIGCONT']);
});

function unrunnable(): Pick<FakeChild, 'child' | 'signals'> {
  const { child, signals } = fakeChild();
  return { child: { ...child, pid: undefined }, signals };
}
