import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { scratchFolder, type ScratchFolder } from '../testing/scratch-folder.ts';
import { createChildRecord } from './child-record.ts';

const CHILD = { pid: process.pid, tunnel: 'db', args: ['-N', 'secret.example'] };

let folder: ScratchFolder;
let directory: string;
const problems: string[] = [];
const create = () =>
  createChildRecord(directory, { onProblem: (sentence) => problems.push(sentence) });

beforeEach(() => {
  folder = scratchFolder();
  directory = folder.file('state/children');
  problems.length = 0;
});
afterEach(() => folder.remove());

test('a child has a file of its own, as long as it runs, in a folder for this user alone', () => {
  const record = create();
  record.add(CHILD);
  expect(readdirSync(directory)).toHaveLength(1);
  expect(statSync(directory).mode & 0o777).toBe(0o700);
  record.remove(CHILD.pid);
  expect(readdirSync(directory)).toEqual([]);
  expect(problems).toEqual([]);
});

test('the arguments of a child cannot be read from its file', () => {
  create().add(CHILD);
  const [name] = readdirSync(directory);
  expect(readFileSync(`${directory}/${name}`, 'utf8')).not.toContain('secret');
});

test('a child that has ended already, or was never recorded, is no problem', () => {
  const record = create();
  record.add({ ...CHILD, pid: 2 ** 30 });
  record.remove(2 ** 30);
  record.remove(5);
  expect(problems).toEqual([]);
});

test.each<[string, () => void, string]>([
  ['is a file', () => writeFileSync(directory, ''), 'File already exists'],
  ['is a link', () => symlinkSync(folder.path, directory), 'the directory is a symbolic link'],
  [
    'is open to others',
    () => {
      mkdirSync(directory);
      chmodSync(directory, 0o755);
    },
    'the directory has the permissions 755, not 700',
  ],
])('a folder that %s is not used, and that is told', (_, make, reason) => {
  mkdirSync(folder.file('state'));
  make();
  create().add(CHILD);
  expect(problems).toEqual([
    `ssh (pid ${CHILD.pid}) could not be recorded in ${directory}: ${reason}`,
  ]);
  expect(readdirSync(folder.path)).toEqual(['state']);
});

test('a file that cannot be written is told, and not thrown', () => {
  directory = '/dev/null/children';
  create().add(CHILD);
  expect(problems).toEqual([
    `ssh (pid ${CHILD.pid}) could not be recorded in /dev/null/children: Not a directory`,
  ]);
});
