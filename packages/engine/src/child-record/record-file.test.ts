import fc from 'fast-check';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { scratchFolder, type ScratchFolder } from '../testing/scratch-folder.ts';
import {
  isRecordName,
  readRecord,
  recordName,
  writeRecord,
  type ChildRecord,
} from './record-file.ts';

const RECORD: ChildRecord = {
  pid: 811,
  tunnel: 'db',
  start: { boot: 'b', at: 77 },
  args: { words: 2, sha256: 'abc' },
};
const NAME = recordName(RECORD);

let folder: ScratchFolder;

beforeEach(() => {
  folder = scratchFolder();
});
afterEach(() => folder.remove());

test("a record is read as it was written, is this user's alone, and leaves no draft", () => {
  writeRecord(folder.path, RECORD);
  expect(readRecord(folder.path, NAME)).toEqual(RECORD);
  expect(statSync(folder.file(NAME)).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder.path)).toEqual([NAME]);
});

test('a record that cannot be written leaves no draft', () => {
  mkdirSync(folder.file(NAME));
  expect(() => writeRecord(folder.path, RECORD)).toThrow();
  expect(readdirSync(folder.path)).toEqual([NAME]);
});

const { start, args } = RECORD;

test.each([
  ['no JSON', '{'],
  ['no object', 'null'],
  ['half a record', JSON.stringify(RECORD).slice(0, 40)],
  ['a record of another pid', JSON.stringify({ ...RECORD, pid: 812 })],
  ['a record of another start', JSON.stringify({ ...RECORD, start: { ...start, at: 78 } })],
  ['a negative pid', JSON.stringify({ ...RECORD, pid: -1 })],
  ['no start', JSON.stringify({ ...RECORD, start: undefined })],
  ['no arguments', JSON.stringify({ ...RECORD, args: undefined })],
  ['a count that is none', JSON.stringify({ ...RECORD, args: { ...args, words: '2' } })],
  ['a name with an escape in it', JSON.stringify({ ...RECORD, tunnel: 'a\u001b[2J' })],
  ['a name of any length', JSON.stringify({ ...RECORD, tunnel: 'a'.repeat(300) })],
  ['a long file', `${' '.repeat(5000)}${JSON.stringify(RECORD)}`],
])('%s is no record', (_, text) => {
  writeFileSync(folder.file(NAME), text);
  expect(readRecord(folder.path, NAME)).toBeUndefined();
});

test('a link, a directory and a pipe are no records', () => {
  writeFileSync(folder.file('other'), JSON.stringify(RECORD));
  symlinkSync(folder.file('other'), folder.file(NAME));
  expect(readRecord(folder.path, NAME)).toBeUndefined();
  mkdirSync(folder.file('811-78.child'));
  expect(readRecord(folder.path, '811-78.child')).toBeUndefined();
  execFileSync('mkfifo', [folder.file('811-79.child')]);
  expect(readRecord(folder.path, '811-79.child')).toBeUndefined();
});

test('whatever is in a file, reading it does not fail', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      writeFileSync(folder.file(NAME), text);
      expect(readRecord(folder.path, NAME)).toBeUndefined();
    }),
  );
});

test.each([
  [NAME, true],
  [`${NAME}.0b0c8a2e-6b0e-4c3e-9d6c-0a9f8e7d6c5b.new`, true],
  ['.bashrc', false],
  ['811.child', false],
  ['-1-77.child', false],
  ['811-77.child.bak', false],
  ['../811-77.child', false],
])('%s is a name of a record: %s', (name, verdict) => {
  expect(isRecordName(name)).toBe(verdict);
});
