import { mkdirSync } from 'node:fs';
import { delimiter } from 'node:path';
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import { scratchFolder } from '../testing/scratch-folder.ts';
import { findProgram } from './find-program.ts';

const folder = scratchFolder();
const first = folder.file('first');
const second = folder.file('second');
mkdirSync(`${first}/folder`, { recursive: true });
mkdirSync(second);
folder.program('first/in-first', 'exit 0');
folder.program('first/in-both', 'exit 0');
folder.program('first/data-then-program', 'exit 0', 0o644);
folder.program('first/data', 'exit 0', 0o644);
folder.program('second/in-both', 'exit 0');
folder.program('second/in-second', 'exit 0');
folder.program('second/data-then-program', 'exit 0');
folder.program('second/folder', 'exit 0');

const MISSING = { problem: 'No such file or directory' };

afterEach(() => vi.restoreAllMocks());
afterAll(() => folder.remove());

describe('a program without a slash is looked for along the path', () => {
  const path = ['/no/such', first, `${first}/data`, second].join(delimiter);

  test.each([
    ['in-first', { path: `${first}/in-first` }],
    ['in-second', { path: `${second}/in-second` }],
    ['in-both', { path: `${first}/in-both` }],
    // What cannot be executed is passed by.
    ['data-then-program', { path: `${second}/data-then-program` }],
    ['folder', { path: `${second}/folder` }],
    ['nowhere', MISSING],
    ['', MISSING],
    // Only what nobody may execute: it is not missing, it is forbidden (execvp(3), EACCES).
    ['data', { problem: 'Permission denied' }],
  ])('%s', (name, found) => {
    expect(findProgram(name, path)).toEqual(found);
  });

  test('PATH is the path, if none is given', () => {
    vi.stubEnv('PATH', second);
    expect(findProgram('in-second')).toEqual({ path: `${second}/in-second` });
    vi.unstubAllEnvs();
  });

  test.each([`${delimiter}/no/such`, `/no/such${delimiter}`, `/no${delimiter}${delimiter}/such`])(
    'an empty folder in %j is the present one',
    (emptyInside) => {
      const present = process.cwd();
      process.chdir(second);
      try {
        expect(findProgram('in-second', emptyInside)).toEqual({ path: 'in-second' });
      } finally {
        process.chdir(present);
      }
    },
  );
});

describe('a program with a slash is where it says', () => {
  test.each([
    [`${first}/in-first`, { path: `${first}/in-first` }],
    [`${first}/data`, { problem: 'Permission denied' }],
    [`${first}/nowhere`, MISSING],
    [`${first}/data/ssh`, { problem: 'Not a directory' }],
    [`${first}/folder`, { problem: 'Is a directory' }],
    ['./in-second', MISSING],
  ])('%s', (name, found) => {
    expect(findProgram(name, second)).toEqual(found);
  });
});
