import type { TunnelEmitted } from '@holdfast/machines';
import { describe, expect, test } from 'vitest';
import { classicLines } from './classic-sentences.ts';

type Ended = Extract<TunnelEmitted, { type: 'child.ended' }>;
type StopBegan = Extract<TunnelEmitted, { type: 'stop.began' }>;

function ended(exit: number | string, verdict: Ended['verdict'], premature = false): TunnelEmitted {
  const [status, signal] = typeof exit === 'number' ? [exit, null] : [null, exit];
  return { type: 'child.ended', exit: { status, signal }, verdict, premature };
}

function stopping(
  reason: StopBegan['reason'],
  more: Partial<Pick<StopBegan, 'pid' | 'signal' | 'isFinal'>> = {},
): TunnelEmitted {
  return { type: 'stop.began', reason, pid: 7, signal: null, ...more };
}

function over(endClass: Extract<TunnelEmitted, { type: 'tunnel.ended' }>['end']['class']) {
  const end = { class: endClass, exitStatus: 1, sentence: 'what happened' } as const;
  return { type: 'tunnel.ended', end } as const;
}

/** Each fact, and its lines as `level text`. */
const SENTENCES: [fact: TunnelEmitted, ...lines: string[]][] = [
  [{ type: 'backoff.began', tries: 0, graceSeconds: 0 }, '7 checking for grace period, tries = 0'],
  [
    { type: 'backoff.began', tries: 6, graceSeconds: 2 },
    '7 checking for grace period, tries = 6',
    '7 sleeping for grace time 2 secs',
  ],
  [{ type: 'start.began', start: 3, maxStarts: -1 }, '6 starting ssh (count 3)'],
  [{ type: 'start.began', start: 3, maxStarts: 5 }, '6 starting ssh (count 3 of 5)'],
  [
    { type: 'start.succeeded', pid: 811, firstPollSeconds: 30 },
    '6 ssh child pid is 811',
    '7 check on child 811',
    '7 set alarm for 30 secs',
  ],
  [{ type: 'probe.began' }, '7 received SIGALRM (end-of-life 0)'],
  [
    { type: 'probe.answered', pid: 811, pollSeconds: 600 },
    '7 connection ok',
    '7 check on child 811',
    '7 set alarm for 600 secs',
  ],
  [{ type: 'probe.missed', reason: 'no answer' }, '6 no answer'],
  [{ type: 'probe.impossible', reason: 'no channel' }, '4 no heartbeat: no channel'],
  [
    { type: 'probe.unsent', reason: 'no descriptor' },
    '4 cannot test the connection from here, ssh is kept: no descriptor',
  ],
  [{ type: 'probe.sent' }, '6 the connection can be tested again'],
  [
    { type: 'probes.left-out', why: 'ended', isSure: false },
    '4 ssh ended at its first connection test twice in a row, this ssh goes on without',
  ],
  [
    { type: 'probes.left-out', why: 'silent', isSure: true },
    '4 the server does not take connection tests (no answer to the first tests), going on without for an hour',
  ],
  [{ type: 'probes.resumed' }, '6 testing the connection again'],
  [
    ended(255, 'restart'),
    '6 ssh exited with error status 255; restarting ssh',
    '7 expired child, returning 1',
  ],
  [ended(0, 'stop'), '6 ssh exited with status 0; autossh exiting', '7 expired child, returning 2'],
  [ended(3, 'fail'), '6 ssh exited with status 3; autossh exiting', '7 expired child, returning 3'],
  [
    ended(255, 'fail', true),
    '3 ssh exited prematurely with status 255; autossh exiting',
    '7 expired child, returning 3',
  ],
  [
    ended('SIGHUP', 'restart'),
    '6 ssh exited on signal 1, restarting ssh',
    '7 expired child, returning 1',
  ],
  [
    ended('SIGKILL', 'fail'),
    '6 ssh exited on signal 9; autossh exiting',
    '7 expired child, returning 3',
  ],
  [
    ended('SIGODD', 'restart'),
    '6 ssh exited on signal SIGODD, restarting ssh',
    '7 expired child, returning 1',
  ],
  [stopping('operator-stop', { signal: 'SIGTERM' }), '6 received signal to exit (15)'],
  [stopping('operator-stop', { signal: 'SIGINT' }), '6 received signal to exit (2)'],
  [stopping('operator-stop', { signal: null }), '6 signalled to exit'],
  [stopping('operator-stop', { signal: 'SIGTERM', pid: null }), '6 signalled to exit'],
  [stopping('operator-restart'), '6 signalled to kill and restart ssh'],
  [stopping('lifetime-over'), '6 exceeded maximum time to live, shutting down'],
  [stopping('forward-refused'), '6 a forward was refused, restarting ssh'],
  [stopping('heartbeat-missed'), '6 port down, restarting ssh'],
  [stopping('heartbeat-missed', { isFinal: true }), '6 port down; autossh exiting'],
  [{ type: 'child.killed', pid: 811 }, '4 ssh (pid 811) does not end, sending SIGKILL'],
  [
    { type: 'child.abandoned', pid: 811 },
    '3 ssh (pid 811) did not end after SIGKILL; it is left behind',
  ],
  [over('starts-used-up'), '6 max start count reached; exiting'],
  [over('ssh-not-runnable'), '3 what happened'],
  [over('connection-silent'), '3 what happened'],
  [over('ended-at-probe'), '3 what happened'],
  [over('ssh-finished')],
  [over('lifetime-over')],
  [over('operator-stop')],
  [over('premature-exit')],
  [over('bad-status')],
  [over('deliberate-signal')],
  [over('ssh-unstoppable')],
];

describe('LOG-3 to LOG-5: the lines for', () => {
  test.each(SENTENCES)('%j', (fact, ...lines) => {
    const records = classicLines(fact);
    expect(records.map(({ level, text }) => `${level} ${text}`)).toEqual(lines);
    expect(records.map((record) => record.fact)).toEqual(lines.map(() => fact));
  });
});
