import { firstValueFrom } from 'rxjs';
import { expect, test } from 'vitest';
import { processSignals$ } from './process-signals.ts';

const NAMES = ['SIGUSR2', 'SIGHUP', 'SIGWINCH'] as const;

function listeners(): number[] {
  return NAMES.map((name) => process.listenerCount(name));
}

test.each(NAMES)('%s to this process comes through', async (name) => {
  const came = firstValueFrom(processSignals$(NAMES));
  process.kill(process.pid, name);
  expect(await came).toBe(name);
});

test('listeners are there while somebody listens, and no longer', () => {
  const before = listeners();
  const signal$ = processSignals$(NAMES);
  expect(listeners()).toEqual(before);
  const listening = signal$.subscribe();
  expect(listeners()).toEqual(before.map((count) => count + 1));
  listening.unsubscribe();
  expect(listeners()).toEqual(before);
});
