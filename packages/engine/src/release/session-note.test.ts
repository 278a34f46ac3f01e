import {
  chmodSync,
  chownSync,
  mkdirSync,
  readdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { skipWithout } from '../testing/missing-part.ts';
import { scratchFolder, type ScratchFolder } from '../testing/scratch-folder.ts';
import { SESSION } from '../testing/server-session.ts';
import { readNote, removeNote, writeNote } from './session-note.ts';

const OWNER = { tunnel: 'db', host: 'bastion' };
const NOTE = { ...OWNER, session: SESSION };

let folder: ScratchFolder;
let directory: string;
let path: string;

beforeEach(() => {
  folder = scratchFolder();
  directory = folder.file('state/sessions');
  path = `${directory}/0123456789ab`;
});
afterEach(() => folder.remove());

function put(text: string): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  writeFileSync(path, text, { mode: 0o600 });
}

test("a note is read as it was written, is this user's alone, and leaves no draft", () => {
  writeNote(path, OWNER, SESSION);
  expect(readNote(path, OWNER)).toEqual(SESSION);
  expect(statSync(directory).mode & 0o777).toBe(0o700);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readdirSync(directory)).toEqual(['0123456789ab']);
});

test('a later note takes the place of the one before, and a removed one is gone', () => {
  writeNote(path, OWNER, SESSION);
  writeNote(path, OWNER, { ...SESSION, pid: '812' });
  expect(readNote(path, OWNER)).toEqual({ ...SESSION, pid: '812' });
  removeNote(path);
  removeNote(path);
  expect(readNote(path, OWNER)).toBeUndefined();
  expect(readdirSync(directory)).toEqual([]);
});

test('a note of another tunnel, or to another host, is none', () => {
  writeNote(path, OWNER, SESSION);
  expect(readNote(path, { ...OWNER, tunnel: 'web' })).toBeUndefined();
  expect(readNote(path, { ...OWNER, host: 'bastion2' })).toBeUndefined();
});

test.each([
  ['nothing', ''],
  ['no JSON', '{'],
  ['no object', 'null'],
  ['a list', '[]'],
  ['half a note', JSON.stringify(NOTE).slice(0, 60)],
  ['no session', JSON.stringify(OWNER)],
  ['a session that is a text', JSON.stringify({ ...OWNER, session: 'sshd' })],
  ['a pid that is a number', JSON.stringify({ ...OWNER, session: { ...SESSION, pid: 811 } })],
  ['a pid of everybody', JSON.stringify({ ...OWNER, session: { ...SESSION, pid: '-1' } })],
  ['a pid with a command', JSON.stringify({ ...OWNER, session: { ...SESSION, pid: '8;id' } })],
  ['a part less', JSON.stringify({ ...OWNER, session: { ...SESSION, boot: undefined } })],
  ['another program', JSON.stringify({ ...OWNER, session: { ...SESSION, name: 'init' } })],
  ['a long file', `${' '.repeat(9000)}${JSON.stringify(NOTE)}`],
])('a file that holds %s is no note', (_, text) => {
  put(text);
  expect(readNote(path, OWNER)).toBeUndefined();
});

test('of a note nothing but the parts of a session is read', () => {
  put(JSON.stringify({ ...NOTE, session: { ...SESSION, more: '$(reboot)' } }));
  expect(readNote(path, OWNER)).toEqual(SESSION);
});

test('a link is no note, and is not written through', () => {
  put('');
  removeNote(path);
  const other = folder.file('other');
  writeFileSync(other, JSON.stringify(NOTE));
  symlinkSync(other, path);
  expect(readNote(path, OWNER)).toBeUndefined();
  writeNote(path, OWNER, { ...SESSION, pid: '812' });
  expect(readNote(path, OWNER)).toEqual({ ...SESSION, pid: '812' });
  expect(statSync(other).size).toBe(JSON.stringify(NOTE).length);
});

test('a folder is no note, and is not removed', () => {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  expect(readNote(path, OWNER)).toBeUndefined();
  removeNote(path);
  expect(readdirSync(directory)).toEqual(['0123456789ab']);
});

test('in a folder that others can reach nothing is read, written or removed', () => {
  put(JSON.stringify(NOTE));
  chmodSync(directory, 0o755);
  expect(readNote(path, OWNER)).toBeUndefined();
  expect(() => writeNote(path, OWNER, SESSION)).toThrow('has the permissions 755, not 700');
  removeNote(path);
  expect(readdirSync(directory)).toEqual(['0123456789ab']);
});

test.skipIf(skipWithout('root', process.getuid?.() === 0))(
  'a file of somebody else is no note',
  () => {
    put(JSON.stringify(NOTE));
    expect(readNote(path, OWNER)).toEqual(SESSION);
    chownSync(path, 54_321, 54_321);
    expect(readNote(path, OWNER)).toBeUndefined();
  },
);
