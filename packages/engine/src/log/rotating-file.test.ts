import fc from 'fast-check';
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { skipWithout } from '../testing/missing-part.ts';
import { scratchFolder, type ScratchFolder } from '../testing/scratch-folder.ts';
import { openRotatingFile, type Loss, type RotatingFile } from './rotating-file.ts';

let folder: ScratchFolder;
let path: string;
const open: RotatingFile[] = [];

beforeEach(() => {
  folder = scratchFolder();
  path = folder.file('log');
});
afterEach(() => {
  closeFiles();
  folder.remove();
});

function closeFiles(): void {
  for (const file of open.splice(0)) file.close();
}

function openFile(options?: Parameters<typeof openRotatingFile>[1], place = path): RotatingFile {
  const file = openRotatingFile(place, options);
  open.push(file);
  return file;
}

function lossLine({ lines, problem }: Loss): string {
  return `lost ${lines}: ${problem}`;
}

function contents(): Record<string, string> {
  const names = readdirSync(folder.path).sort();
  return Object.fromEntries(names.map((name) => [name, readFileSync(folder.file(name), 'utf8')]));
}

describe('a rotating file', () => {
  test('has each line as soon as it is written', () => {
    const file = openFile();
    file.write('one');
    expect(contents()).toEqual({ log: 'one\n' });
    file.write('two');
    expect(contents()).toEqual({ log: 'one\ntwo\n' });
  });

  test('is rotated before it would become too large, and the oldest goes', () => {
    const file = openFile({ maxBytes: 10, keep: 2 });
    for (const line of ['aaaa', 'bbbb', 'cccc', 'dddd', 'eeee', 'ffff', 'gggg']) file.write(line);
    expect(contents()).toEqual({
      log: 'gggg\n',
      'log.1': 'eeee\nffff\n',
      'log.2': 'cccc\ndddd\n',
    });
  });

  test('counts bytes, not characters', () => {
    const file = openFile({ maxBytes: 10 });
    file.write('ääää');
    file.write('b');
    expect(contents()).toEqual({ log: 'b\n', 'log.1': 'ääää\n' });
  });

  test('keeps a line that is longer than a file may be, in a file of its own', () => {
    const file = openFile({ maxBytes: 10, keep: 2 });
    for (const line of ['a', 'x'.repeat(50), 'b']) file.write(line);
    expect(contents()).toEqual({ log: 'b\n', 'log.1': `${'x'.repeat(50)}\n`, 'log.2': 'a\n' });
  });

  test('without files to keep begins anew', () => {
    const file = openFile({ maxBytes: 4, keep: 0 });
    for (const line of ['aaa', 'bbb']) file.write(line);
    expect(contents()).toEqual({ log: 'bbb\n' });
  });

  test('removes the files of a time when more were kept, and leaves those of strangers', () => {
    const strangers = { 'log.1.gz': 'g', 'log.20260101': 'd', 'log.old': 'o', 'log2.9': 't' };
    const old = { 'log.1': '1', 'log.2': '2', 'log.7': '7' };
    for (const [name, text] of Object.entries({ ...strangers, ...old, log: 'full' })) {
      writeFileSync(folder.file(name), text);
    }
    openFile({ maxBytes: 4, keep: 2 }).write('new');
    expect(contents()).toEqual({ ...strangers, log: 'new\n', 'log.1': 'full', 'log.2': '1' });
  });

  test('goes on with a file that is there, and with its size', () => {
    writeFileSync(path, 'before\n');
    openFile({ maxBytes: 12 }).write('aaaa');
    openFile({ maxBytes: 12 }).write('b');
    expect(contents()).toEqual({ log: 'b\n', 'log.1': 'before\naaaa\n' });
  });

  test('is for its owner alone, and so are the folders that it needs', () => {
    const file = openFile({}, folder.file('state/holdfast/log'));
    file.write('line');
    expect(statSync(folder.file('state/holdfast/log')).mode & 0o777).toBe(0o600);
    expect(statSync(folder.file('state/holdfast')).mode & 0o777).toBe(0o700);
    expect(statSync(folder.file('state')).mode & 0o777).toBe(0o700);
  });

  test('begins a new line after one that a crash has cut short', () => {
    writeFileSync(path, 'whole\nto');
    const file = openFile();
    file.write('new');
    file.write('newer');
    expect(contents()).toEqual({ log: 'whole\nto\nnew\nnewer\n' });
  });

  test('takes no lines once it is closed, and can be closed twice', () => {
    const file = openFile();
    file.write('one');
    file.close();
    file.close();
    file.write('two');
    expect(contents()).toEqual({ log: 'one\n' });
  });
});

describe('nothing is lost when others', () => {
  test.each<[title: string, act: () => void, after: Record<string, string>]>([
    ['delete the file', () => rmSync(path), { log: 'two\n' }],
    [
      'move the file',
      () => renameSync(path, folder.file('moved')),
      { moved: 'one\n', log: 'two\n' },
    ],
    [
      'move the file and make a new one',
      () => {
        renameSync(path, folder.file('moved'));
        writeFileSync(path, '');
      },
      { moved: 'one\n', log: 'two\n' },
    ],
    ['cut the file short', () => truncateSync(path), { log: 'two\n' }],
  ])('%s', (_, act, after) => {
    const file = openFile();
    file.write('one');
    act();
    file.write('two');
    expect(contents()).toEqual(after);
    expect(file.loss()).toBeNull();
  });

  test('delete the folder', () => {
    const place = folder.file('state/log');
    const file = openFile({}, place);
    file.write('one');
    rmSync(folder.file('state'), { recursive: true });
    file.write('two');
    expect(readFileSync(place, 'utf8')).toBe('two\n');
  });
});

describe('lines that cannot be written', () => {
  test('are counted, and told when writing works again', () => {
    mkdirSync(path);
    const file = openFile({ lossLine });
    file.write('one');
    file.write('two');
    expect(file.loss()).toEqual({ lines: 2, problem: 'Illegal operation on a directory' });
    rmSync(path, { recursive: true });
    file.write('three');
    file.write('four');
    expect(file.loss()).toBeNull();
    expect(contents()).toEqual({
      log: 'lost 2: Illegal operation on a directory\nthree\nfour\n',
    });
  });

  test('are told at the end, if they can be by then', () => {
    mkdirSync(path);
    const file = openFile({ lossLine });
    file.write('one');
    rmSync(path, { recursive: true });
    file.close();
    expect(contents()).toEqual({ log: 'lost 1: Illegal operation on a directory\n' });
  });

  test('do no harm when nothing can be written to the end', () => {
    mkdirSync(path);
    const file = openFile({ lossLine });
    file.write('one');
    expect(() => file.close()).not.toThrow();
  });

  test('do not stop the program at a named pipe that nobody reads', () => {
    expect(spawnSync('mkfifo', [path]).status).toBe(0);
    const file = openFile({ lossLine });
    // More than a pipe holds.
    for (let line = 0; line < 20; line += 1) file.write('x'.repeat(60_000));
    rmSync(path);
    file.write('new');
    expect(readFileSync(path, 'utf8')).toMatch(/^lost \d+: .*\nnew\n$/);
  });

  test.skipIf(skipWithout('/dev/full', existsSync('/dev/full')))(
    'for want of room are told in the words of the system',
    () => {
      const file = openFile({ lossLine }, '/dev/full');
      for (const line of ['one', 'two', 'three']) file.write(line);
      expect(file.loss()).toEqual({ lines: 3, problem: 'No space left on device' });
    },
  );

  test('do not go where a link leads', () => {
    writeFileSync(folder.file('other'), 'other\n');
    symlinkSync(folder.file('other'), path);
    const file = openFile({ lossLine });
    file.write('one');
    expect(file.loss()?.lines).toBe(1);
    expect(readFileSync(folder.file('other'), 'utf8')).toBe('other\n');
    rmSync(path);
    file.write('two');
    expect(readFileSync(path, 'utf8')).toMatch(/^lost 1: .*\ntwo\n$/);
  });

  test('are lost rather than the limit, where the file cannot be rotated', () => {
    const place = folder.file('state/log');
    const file = openFile({ maxBytes: 8, lossLine }, place);
    file.write('aaaa');
    const oldest = folder.file('state/log.1');
    mkdirSync(oldest);
    file.write('bbbb');
    expect(file.loss()?.lines).toBe(1);
    expect(readFileSync(place, 'utf8')).toBe('aaaa\n');
    rmSync(oldest, { recursive: true });
    file.write('c');
    expect(readFileSync(place, 'utf8')).toBe('c\n');
    expect(readFileSync(oldest, 'utf8')).toMatch(/^lost 1: /);
    expect(readFileSync(folder.file('state/log.2'), 'utf8')).toBe('aaaa\n');
  });
});

const SMALL = '64k';

describe('on a disk that is full', () => {
  let disk: string;
  let isMounted = false;

  function mount(): boolean {
    const made = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${SMALL}`, 'holdfast-test', disk]);
    return made.status === 0;
  }

  beforeEach(() => {
    disk = folder.file('disk');
    mkdirSync(disk);
    isMounted = mount();
  });
  afterEach(() => {
    closeFiles();
    if (isMounted) expect(spawnSync('umount', [disk]).status).toBe(0);
  });

  test('whole lines are kept, lost ones are counted, and later ones are written', (context) => {
    context.skip(skipWithout('the right to mount a tmpfs', isMounted));
    const place = `${disk}/log`;
    const file = openFile({ lossLine }, place);
    const lines = Array.from({ length: 2000 }, (_, number) => `line ${number} ${'x'.repeat(80)}`);
    for (const line of lines) file.write(line);
    const { lines: lost, problem } = file.loss()!;
    expect(problem).toBe('No space left on device');
    // The last line was cut short in the middle: pages end where they want.
    const kept = readFileSync(place, 'utf8').split('\n').slice(0, -1);
    expect(kept).toEqual(lines.slice(0, 2000 - lost));
    truncateSync(place);
    file.write('room again');
    expect(readFileSync(place, 'utf8')).toMatch(
      new RegExp(`^\\n?lost ${lost}: No space left on device\\nroom again\\n$`),
    );
  });

  test('the line that was cut short is ended before the next one', (context) => {
    context.skip(skipWithout('the right to mount a tmpfs', isMounted));
    const place = `${disk}/log`;
    writeFileSync(`${disk}/other`, Buffer.alloc(48 * 1024));
    const file = openFile({ lossLine }, place);
    while (file.loss() === null) file.write('y'.repeat(1000));
    rmSync(`${disk}/other`);
    file.write('room again');
    const lines = readFileSync(place, 'utf8').split('\n');
    expect(lines.slice(-3)).toEqual(['lost 1: No space left on device', 'room again', '']);
    expect(lines.at(-4)).toMatch(/^y{1,999}$/);
  });
});

test('whatever is written, however often it is opened, the files hold the end of it and keep their size', () => {
  const line = fc
    .string({ unit: 'grapheme', maxLength: 30 })
    .map((text) => text.replace(/\n/g, ' '));
  const act = fc.oneof({ weight: 9, arbitrary: line }, { weight: 1, arbitrary: fc.constant(null) });
  const limits = fc.record({
    maxBytes: fc.integer({ min: 1, max: 100 }),
    keep: fc.integer({ min: 0, max: 4 }),
  });
  fc.assert(
    fc.property(fc.array(act, { maxLength: 60 }), limits, (acts, { maxBytes, keep }) => {
      const place = scratchFolder();
      let file = openFile({ maxBytes, keep }, place.file('log'));
      let written = '';
      let longest = 0;
      for (const text of acts) {
        if (text === null) {
          file.close();
          file = openFile({ maxBytes, keep }, place.file('log'));
          continue;
        }
        file.write(text);
        written += `${text}\n`;
        longest = Math.max(longest, Buffer.byteLength(text) + 1);
      }
      const numbers = Array.from({ length: keep + 1 }, (_, number) => keep - number);
      const names = numbers.map((number) => (number === 0 ? 'log' : `log.${number}`));
      const texts = names
        .filter((name) => existsSync(place.file(name)))
        .map((name) => readFileSync(place.file(name)));
      const kept = Buffer.concat(texts).toString();
      expect(written.endsWith(kept)).toBe(true);
      if (written !== '') expect(kept.length).toBeGreaterThan(0);
      if (texts.length <= keep) expect(kept).toBe(written);
      for (const text of texts)
        expect(text.length).toBeLessThanOrEqual(Math.max(maxBytes, longest));
      expect(readdirSync(place.path).filter((name) => !names.includes(name))).toEqual([]);
      place.remove();
    }),
    { numRuns: 100 },
  );
});
