import fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import { giveIgnoredSignals, keepIgnoring, takeIgnoredSignals } from './ignored-signals.ts';

afterEach(() => void process.removeAllListeners('SIGQUIT').removeAllListeners('SIGTTOU'));

test.each([
  [undefined, []],
  ['0', []],
  ['', []],
  ['-1', []],
  ['1e99', []],
  ['HUP', []],
  ['1', ['SIGHUP']],
  ['6', ['SIGINT', 'SIGQUIT']],
  [String(2 ** 30), process.platform === 'linux' ? ['SIGSYS'] : expect.anything()],
])('what stands in the environment as %j is %j, and does not stay there', (written, names) => {
  const env = { HOLDFAST_IGNORED: written, PATH: '/bin' };
  expect(takeIgnoredSignals(env)).toEqual(names);
  expect(env).toEqual({ PATH: '/bin' });
});

test('what is handed on is read as it was', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 31 - 1 }), (bits) => {
      const names = takeIgnoredSignals({ HOLDFAST_IGNORED: String(bits) });
      expect(takeIgnoredSignals({ ...giveIgnoredSignals(names) })).toEqual(names);
    }),
  );
});

test('a signal without a listener goes on being ignored, but none that cannot be by a listener', () => {
  keepIgnoring(['SIGQUIT', 'SIGTTOU']);
  keepIgnoring(['SIGQUIT']);
  expect(process.listenerCount('SIGQUIT')).toBe(1);
  expect(process.listenerCount('SIGTTOU')).toBe(0);
});
