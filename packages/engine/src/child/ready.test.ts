import { createServer } from 'node:net';
import { firstValueFrom } from 'rxjs';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { scratchFolder, type ScratchFolder } from '../testing/scratch-folder.ts';
import { ready$ } from './ready.ts';

const FACT = { type: 'child.ready', atMs: expect.any(Number) };
let folder: ScratchFolder;

beforeEach(() => void (folder = scratchFolder()));
afterEach(() => {
  vi.useRealTimers();
  folder.remove();
});

test('an ssh is ready when its socket is there, and is told so once', async () => {
  const path = folder.file('s');
  const told: unknown[] = [];
  let isComplete = false;
  vi.useFakeTimers();
  ready$(path).subscribe({ next: (fact) => told.push(fact), complete: () => (isComplete = true) });
  vi.advanceTimersByTime(10_000);
  expect([told, isComplete]).toEqual([[], false]);
  folder.program('s', 'exit 0');
  vi.advanceTimersByTime(10_000);
  expect([told, isComplete, vi.getTimerCount()]).toEqual([[FACT], true, 0]);
});

test('a real socket counts, and so does one that was there before', async () => {
  const path = folder.file('s');
  const server = createServer().listen(path);
  expect(await firstValueFrom(ready$(path))).toEqual(FACT);
  server.close();
});

test('nobody looks before somebody listens, or after nobody does', () => {
  vi.useFakeTimers();
  const looking$ = ready$(folder.file('s'));
  expect(vi.getTimerCount()).toBe(0);
  const looking = looking$.subscribe();
  expect(vi.getTimerCount()).toBe(1);
  looking.unsubscribe();
  expect(vi.getTimerCount()).toBe(0);
});
