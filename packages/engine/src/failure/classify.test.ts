import type { FailureClass } from '@holdfast/machines';
import { describe, expect, test } from 'vitest';
import { CAPTURED, FOUND, type GoldenFailure, LOST } from '../testing/failure-golden.ts';
import { classifyFailure, stderrLines, type EndedSsh } from './classify.ts';
import type { FailureCause } from './facts.ts';
import type { Failure } from './sentences.ts';
import { BARE_ENDINGS, ENDINGS } from './texts.ts';

/** Lines of ssh's own log. */
const own = (...lines: readonly string[]) => lines.map((line) => `${line}\r`);

function failed(stderr: readonly string[], more: Partial<EndedSsh> = {}): Failure {
  return classifyFailure({ stderr, exit: LOST, ageMs: 500, wasHealthy: false, ...more });
}

const byTitle = (rows: readonly GoldenFailure[]) =>
  rows.map((row): [string, GoldenFailure] => [row.title, row]);

describe.each<[title: string, rows: readonly GoldenFailure[]]>([
  ['captured from OpenSSH', CAPTURED],
  ['read in its sources', FOUND],
])('%s', (_, rows) => {
  test.each(byTitle(rows))('%s', (__, { stderr, exit, failureClass, cause, facts }) => {
    const found = failed(stderr, { exit });
    expect([found.class, found.cause]).toEqual([failureClass, cause]);
    expect(found.facts).toEqual(facts);
  });

  test.each(byTitle(rows))('%s, with -v and the farewell of a proxy', (__, row) => {
    const { stderr, exit, failureClass, cause } = row;
    // The usage text and bare lines come before there is any log.
    if (cause === 'bad-usage' && !stderr.at(-1)!.endsWith('\r')) return;
    const around = [
      ...own('OpenSSH_9.2p1 Debian-2+deb12u10, OpenSSL 3.0.19', 'debug1: Connecting to x'),
      ...stderr.flatMap((line) => [...own('debug1: a line between'), line]),
      ...own('debug1: Exit status -1', 'Killed by signal 1.', ''),
    ];
    expect(failed(around, { exit })).toMatchObject({ class: failureClass, cause });
  });
});

describe('an end that ssh says nothing about', () => {
  const ended = (status: number | null, signal: string | null = null) => ({ status, signal });
  test.each<[exit: EndedSsh['exit'], FailureClass, FailureCause]>([
    // Captured: ssh -N -L through a ControlMaster, and an ssh that got SIGTERM.
    [ended(0), 'unknown', 'ended-well'],
    [ended(1), 'unknown', 'ended-with-status'],
    [ended(254), 'unknown', 'ended-with-status'],
    [ended(255), 'unknown', 'not-understood'],
    [ended(null, 'SIGKILL'), 'unknown', 'killed'],
    [{ unrunnable: 'No such file or directory' }, 'usage', 'ssh-missing'],
    [{ unrunnable: 'ssh: No such file or directory' }, 'usage', 'ssh-missing'],
    [{ unrunnable: '/opt/ssh: Permission denied' }, 'usage', 'ssh-missing'],
    [{ unrunnable: 'ssh: Exec format error' }, 'usage', 'ssh-missing'],
    [{ unrunnable: 'ssh: Too many open files' }, 'local-lack', 'nothing-left'],
    [{ unrunnable: 'ssh: Resource temporarily unavailable' }, 'local-lack', 'nothing-left'],
    [{ unrunnable: 'ssh: Input/output error' }, 'unknown', 'not-understood'],
  ])('%j: %s (%s)', (exit, failureClass, cause) => {
    expect(failed([], { exit })).toMatchObject({ class: failureClass, cause });
    const healthy = failed([], { exit, wasHealthy: true });
    expect(healthy.class).toBe('unrunnable' in exit ? failureClass : 'dropped');
  });

  test.each([
    [
      { option: '-q', elsewhere: undefined },
      'ssh failed, and -q in the options of the tunnel keeps it from saying why',
    ],
    [
      { option: '-E', elsewhere: '/tmp/log' },
      'ssh failed, and says why to /tmp/log (-E in the options of the tunnel)',
    ],
  ])('is put down to the option that keeps ssh silent: %j', (silencedBy, sentence) => {
    const around = { stderr: [], exit: ended(255), ageMs: 500, wasHealthy: false };
    expect(classifyFailure({ ...around, silencedBy })).toMatchObject({
      class: 'unknown',
      cause: 'silenced',
      sentence,
      remedy: `take ${silencedBy.option} out of the options, and the next failure is explained`,
    });
    const told = own('ssh: connect to host db port 22: Connection refused');
    expect(classifyFailure({ ...around, silencedBy, stderr: told }).cause).toBe('refused');
  });

  test('the words of a command at the other end are its own', () => {
    const stderr = ['ssh: connect to host db port 22: Connection refused'];
    expect(failed(stderr)).toMatchObject({ class: 'unknown', line: stderr[0] });
    expect(failed(own(stderr[0]!), { exit: ended(1) })).toMatchObject({ class: 'unknown' });
  });
});

describe('what was healthy was dropped, whatever it says at its end', () => {
  test.each(byTitle([...CAPTURED, ...FOUND]))('%s', (_, row) => {
    const { stderr, exit, failureClass, cause } = row;
    const found = failed(stderr, { exit, wasHealthy: true });
    expect(found.class).toBe('dropped');
    expect(found.cause).toBe(failureClass === 'dropped' ? cause : droppedCause(cause));
  });
});

/** How ssh itself was ended is said as it is; anything else is a connection that was lost. */
function droppedCause(cause: FailureCause): FailureCause {
  if (cause === 'killed') return 'dropped-by-signal';
  if (cause === 'ended-well') return 'dropped-in-peace';
  return cause === 'ended-with-status' ? 'dropped-with-status' : 'connection-lost';
}

test('every known text leads to its own cause, or to a finer one of its own', () => {
  const reached = new Set([...CAPTURED, ...FOUND].map(({ cause }) => cause));
  for (const { cause } of [...ENDINGS, ...BARE_ENDINGS]) expect(reached).toContain(cause);
});

test.each([
  ['', []],
  ['a\r\nb\n', ['a\r', 'b']],
  ['a\r\nb', ['a\r', 'b']],
  ['\n\n', ['', '']],
])('%j is cut into %j', (text, lines) => {
  expect(stderrLines(text)).toEqual(lines);
});
