import { existsSync, renameSync, writeFileSync } from 'node:fs';
import { missingPart } from './missing-part.ts';
import { createRunFolder } from './run-folder.ts';

/** Where Debian and its kin put the library, by the name that their machines have. */
const LIBRARY = [
  '/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1',
  '/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1',
  '/usr/lib/faketime/libfaketimeMT.so.1',
  '/usr/local/lib/faketime/libfaketimeMT.so.1',
].find((path) => existsSync(path));

/** A clock on the wall that a test sets, for all programs that run with its environment. */
export interface FakedClock {
  readonly environment: Readonly<Record<string, string>>;
  /** Sets it, to so many seconds before (negative) or after the real time; the next look at it sees that. */
  set(secondsAhead: number): void;
}

/** Says what is missing to fake the clock of a program, for `test.skipIf`. */
export function fakedClockAvailable(): string | undefined {
  return missingPart(
    LIBRARY === undefined ? 'no libfaketime is here: install faketime' : undefined,
  );
}

/**
 * Makes a clock that shows the real time, until it is set. Only the wall clock is faked: the monotonic one, timers and the times
 * of files stay as they are, as with a machine's clock that somebody sets.
 *
 * @see https://github.com/wolfcw/libfaketime/blob/v0.9.10/README
 */
export function createFakedClock(): FakedClock {
  const file = createRunFolder().file('clock');
  const set = (secondsAhead: number) => {
    // In one step: a look at a file that is half written would see another time.
    writeFileSync(`${file}.new`, `${secondsAhead < 0 ? '' : '+'}${secondsAhead}\n`);
    renameSync(`${file}.new`, file);
  };
  set(0);
  return {
    set,
    environment: {
      LD_PRELOAD: LIBRARY ?? '',
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
      DONT_FAKE_MONOTONIC: '1',
      NO_FAKE_STAT: '1',
    },
  };
}
