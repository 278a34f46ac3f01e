import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { isRunning, kill } from '../testing/processes.ts';
import { scratchFolder } from '../testing/scratch-folder.ts';
import type { LogLevel } from './log-record.ts';
import { createSyslogSink } from './syslog-sink.ts';

const PATIENT = { timeout: 90_000 };
const WRITER = { program: 'autossh', pid: 4711 };
const folder = scratchFolder();
const calls = folder.file('calls');
mkdirSync(folder.file('bin'));
mkdirSync(folder.file('empty'));

/** Writes each of its words and lines into the file of calls. */
const RECORDER = `
{ for word; do printf '<%s>' "$word"; done; echo; cat; } >>'${calls}'`;

beforeEach(() => {
  folder.program('bin/logger', RECORDER);
  vi.stubEnv('PATH', `${folder.file('bin')}${delimiter}${process.env['PATH']}`);
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.useRealTimers();
  rmSync(calls, { force: true });
});
afterAll(() => folder.remove());

function called(): string[] {
  return existsSync(calls) ? readFileSync(calls, 'utf8').trimEnd().split('\n') : [];
}

function words(level: string): string {
  return `<-t><autossh[4711]><-p><user.${level}>`;
}

function write(sink: ReturnType<typeof createSyslogSink>, level: LogLevel, ...texts: string[]) {
  for (const text of texts) sink.write({ level, text });
}

describe('LOG-1: syslog', () => {
  test.each<[level: LogLevel, name: string]>([
    [3, 'err'],
    [4, 'warning'],
    [6, 'info'],
    [7, 'debug'],
  ])('knows level %i as %s', async (level, name) => {
    const sink = createSyslogSink(WRITER);
    write(sink, level, 'hello');
    await sink.close();
    expect(called()).toEqual([words(name), 'hello']);
  });

  test('that is stuck costs no more than some lines, which are counted', async () => {
    const go = folder.file('go');
    folder.program('bin/logger', `while [ ! -e '${go}' ]; do sleep 0.05; done; ${RECORDER}`);
    const sink = createSyslogSink(WRITER);
    for (let n = 1; n <= 1003; n += 1) write(sink, 6, `line ${n}`);
    writeFileSync(go, '');
    await expect.poll(called, PATIENT).toContain('3 lines were dropped: nobody read them');
    expect(called()).toContain('line 1000');
    expect(called()).not.toContain('line 1001');
  });

  test('gets the lines of one turn in batches of one level, in order', async () => {
    const sink = createSyslogSink(WRITER);
    write(sink, 6, 'one', 'two');
    write(sink, 7, 'three');
    write(sink, 6, 'four');
    await sink.close();
    expect(called()).toEqual([
      words('info'),
      'one',
      'two',
      words('debug'),
      'three',
      words('info'),
      'four',
    ]);
  });

  test('gets what is written while a batch is on its way, and after it', async () => {
    const sink = createSyslogSink(WRITER);
    write(sink, 6, 'one');
    await new Promise(setImmediate);
    write(sink, 6, 'two');
    await sink.close();
    write(sink, 6, 'three');
    await sink.close();
    expect(called()).toEqual([words('info'), 'one', words('info'), 'two', words('info'), 'three']);
  });

  test('gets each record as one line', async () => {
    const sink = createSyslogSink(WRITER);
    write(sink, 6, 'one\nforged[1]: two', '--help');
    await sink.close();
    expect(called()).toEqual([words('info'), 'one forged[1]: two', '--help']);
  });

  test('gets a format of the user', async () => {
    const sink = createSyslogSink(WRITER, ({ level, text }) => `${level}/${text}`);
    write(sink, 6, 'one');
    await sink.close();
    expect(called()).toEqual([words('info'), '6/one']);
  });

  test('is not troubled before the end of the turn', async () => {
    const sink = createSyslogSink(WRITER);
    write(sink, 6, 'one');
    await Promise.resolve();
    expect(called()).toEqual([]);
    await sink.close();
  });
});

describe('a log that cannot be written does no harm', () => {
  test('without a logger', async () => {
    vi.stubEnv('PATH', folder.file('empty'));
    const sink = createSyslogSink(WRITER);
    write(sink, 6, 'one');
    await sink.close();
    write(sink, 6, 'two');
    await expect(sink.close()).resolves.toBeUndefined();
  });

  test('with a logger that reads nothing', async () => {
    folder.program('bin/logger', 'exit 1');
    const sink = createSyslogSink(WRITER);
    write(sink, 6, 'x'.repeat(1_000_000));
    await expect(sink.close()).resolves.toBeUndefined();
  });

  test('with a logger that does not end', async () => {
    const pidFile = folder.file('pid');
    folder.program(
      'bin/logger',
      `echo $$ >'${pidFile}.new'; mv '${pidFile}.new' '${pidFile}'; exec sleep 60`,
    );
    const sink = createSyslogSink(WRITER);
    write(sink, 6, 'one');
    await expect.poll(() => existsSync(pidFile), { timeout: 90_000 }).toBe(true);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const closing = sink.close();
    vi.advanceTimersByTime(1000);
    await expect(closing).resolves.toBeUndefined();
    const pid = Number(readFileSync(pidFile, 'utf8'));
    expect(isRunning(pid)).toBe(true);
    kill(pid);
  });

  test('when nothing was ever written', async () => {
    await expect(createSyslogSink(WRITER).close()).resolves.toBeUndefined();
    expect(called()).toEqual([]);
  });
});
