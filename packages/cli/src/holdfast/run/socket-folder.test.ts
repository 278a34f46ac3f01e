import { chmodSync, existsSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import {
  scratchFolder,
  type ScratchFolder,
} from '../../../../engine/src/testing/scratch-folder.ts';
import { makeSocketFolder } from './socket-folder.ts';

let folder: ScratchFolder;
let home: string;

beforeEach(() => {
  folder = scratchFolder();
  home = folder.file('h');
  mkdirSync(home);
});
afterEach(() => {
  vi.unstubAllEnvs();
  folder.remove();
});

const spare = () => `${home}/.local/state/holdfast/run`;
const made = (more: Readonly<Record<string, string>>) => makeSocketFolder({ HOME: home, ...more });

/** The longest path in which the supervisor's sockets can be; those of `run` have a longer path below it. */
const LONGEST_OF_SUPERVISOR = 107 - '/ssh/123456789012'.length - 17;

/** A path in the scratch folder that is this long. */
function pathOfLength(length: number): string {
  return folder.file('').padEnd(length, 'x');
}

/** Where the folder lies, whose own name is left to chance; it is this user's alone. */
function placeOf(path: string): string {
  expect(path).toMatch(/\/run-\w{6}$/);
  expect(statSync(path).mode & 0o777).toBe(0o700);
  return dirname(path);
}

test("lies where the supervisor's sockets are", () => {
  const runtime = folder.file('run');
  mkdirSync(runtime);
  expect(placeOf(made({ XDG_RUNTIME_DIR: runtime }))).toBe(`${runtime}/holdfast`);
});

test.each([
  ['empty', () => ''],
  ['relative', () => 'run'],
  ['missing', () => folder.file('gone')],
  [
    'too long for the longer path of these sockets',
    () => {
      const path = pathOfLength(LONGEST_OF_SUPERVISOR - '/holdfast'.length);
      mkdirSync(path);
      return path;
    },
  ],
  ['a file', () => (writeFileSync(folder.file('file'), ''), folder.file('file'))],
  [
    'read by others',
    () => {
      mkdirSync(folder.file('open/holdfast'), { recursive: true });
      chmodSync(folder.file('open/holdfast'), 0o755);
      return folder.file('open');
    },
  ],
])('lies in the folder of state when XDG_RUNTIME_DIR is %s', (_title, make) => {
  const XDG_RUNTIME_DIR = make();
  expect(placeOf(made({ XDG_RUNTIME_DIR }))).toBe(spare());
  expect(existsSync('run/holdfast')).toBe(false);
});

test.each([
  ['another user has', '/proc/1/root'],
  ['belongs to root, who is not asked', '/'],
])('leaves a folder alone that %s', (_title, runtime) => {
  vi.spyOn(process, 'getuid').mockReturnValue(statSync(folder.path).uid + 12_345);
  vi.stubEnv('TMPDIR', folder.path);
  const path = made({ XDG_RUNTIME_DIR: runtime });
  expect(dirname(path)).toBe(folder.path);
  expect(existsSync(`${runtime}/holdfast`)).toBe(false);
  vi.restoreAllMocks();
});

test('lies among temporary files without a home', () => {
  vi.stubEnv('TMPDIR', folder.path);
  expect(placeOf(makeSocketFolder({}))).toBe(folder.path);
});

test('lies in /tmp when nothing else will do', () => {
  vi.stubEnv('TMPDIR', '/nowhere');
  const HOME = pathOfLength(LONGEST_OF_SUPERVISOR - '/.local/state/holdfast/run'.length);
  const path = makeSocketFolder({ HOME });
  expect(placeOf(path)).toBe('/tmp');
  rmSync(path, { recursive: true });
});

test('lies in the short folder that the supervisor has instead of one with too long a path', () => {
  const place = placeOf(made({ XDG_RUNTIME_DIR: pathOfLength(LONGEST_OF_SUPERVISOR) }));
  expect(place).toMatch(/^\/tmp\/holdfast-\d+-\w{16}$/);
  rmSync(place, { recursive: true });
});
