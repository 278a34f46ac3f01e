import { existsSync, mkdirSync, openSync, closeSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { skipWithout } from '../testing/missing-part.ts';
import { scratchFolder } from '../testing/scratch-folder.ts';
import { createDescriptorSink, createFileSink } from './descriptor-sink.ts';
import { plainFormat } from './format.ts';

const WRITER = { program: 'autossh', pid: 4711 };
const folder = scratchFolder();
let files = 0;

afterAll(() => folder.remove());

function newFile(): string {
  files += 1;
  return folder.file(`log-${files}`);
}

function record(text: string) {
  return { level: 6, text } as const;
}

describe('a descriptor sink', () => {
  test('writes each line at once', () => {
    const path = newFile();
    const fd = openSync(path, 'w');
    const sink = createDescriptorSink(fd, plainFormat, WRITER);
    sink.write(record('one'));
    expect(readFileSync(path, 'utf8')).toBe('autossh[4711]: one\n');
    sink.write(record('two'));
    expect(readFileSync(path, 'utf8')).toBe('autossh[4711]: one\nautossh[4711]: two\n');
    closeSync(fd);
  });

  test('survives a descriptor that is closed', async () => {
    // No process has that many open.
    const sink = createDescriptorSink(2 ** 30, plainFormat, WRITER);
    expect(() => sink.write(record('lost'))).not.toThrow();
    await expect(sink.close()).resolves.toBeUndefined();
  });

  test.skipIf(skipWithout('/dev/full', existsSync('/dev/full')))('survives a full disk', () => {
    const fd = openSync('/dev/full', 'w');
    const sink = createDescriptorSink(fd, plainFormat, WRITER);
    expect(() => sink.write(record('lost'))).not.toThrow();
    closeSync(fd);
  });
});

describe('a file sink', () => {
  test('LOG-2: appends', async () => {
    const path = newFile();
    writeFileSync(path, 'what was there\n');
    const sink = createFileSink(path, plainFormat, WRITER);
    sink.write(record('new'));
    await sink.close();
    expect(readFileSync(path, 'utf8')).toBe('what was there\nautossh[4711]: new\n');
  });

  test('has its file from the beginning', async () => {
    const path = newFile();
    const sink = createFileSink(path, plainFormat, WRITER);
    expect(readFileSync(path, 'utf8')).toBe('');
    await sink.close();
  });

  test.each([
    ['a folder that is missing', () => folder.file('no/such/log'), 'ENOENT'],
    ['a folder', () => (mkdirSync(folder.file('a-folder')), folder.file('a-folder')), 'EISDIR'],
  ])('throws what the system says about %s', (_, path, code) => {
    expect(() => createFileSink(path(), plainFormat, WRITER)).toThrow(
      expect.objectContaining({ code }),
    );
  });
});
