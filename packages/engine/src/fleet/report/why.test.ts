import { FAILURE_POLICIES, type FailureClass, type StopReason } from '@holdfast/machines';
import { describe, expect, test } from 'vitest';
import type { StartObstacle, SuspectStatus, TunnelStatus } from './status.ts';
import { obstacleWords, whySentences } from './why.ts';

const NOW = Date.parse('2026-01-01T12:00:00Z');

function ago(seconds: number): string {
  return new Date(NOW - seconds * 1000).toISOString();
}

function status(more: Partial<TunnelStatus>): TunnelStatus {
  return {
    name: 'db',
    host: 'bastion',
    tags: [],
    after: [],
    enabled: true,
    required: true,
    state: 'healthy',
    since: ago(90),
    isHealthy: true,
    suspect: null,
    isDegraded: false,
    needsAttention: false,
    phase: null,
    pid: 7,
    starts: 1,
    nextStartAt: null,
    obstacle: null,
    failure: null,
    end: null,
    heartbeat: 'mux',
    roundTripMs: null,
    answeredAt: null,
    forwards: [],
    targetFailures: [],
    checks: [],
    ...more,
  };
}

function why(more: Partial<TunnelStatus>): string {
  return whySentences(status(more), NOW).join('\n');
}

function failed(failureClass: FailureClass, more: Partial<TunnelStatus['failure']> = {}) {
  const failure = { class: failureClass, sentence: 'it went wrong', at: ago(3), times: 1 };
  return { ...failure, ...more };
}

function silent(more: Partial<SuspectStatus>): SuspectStatus {
  return { since: ago(8), isLasting: false, challenger: 'none', until: ago(-292), ...more };
}

const UP = 'It will not retry; start it with: holdfast up db.';

describe('why a tunnel is as it is', () => {
  test.each<[title: string, tunnel: Partial<TunnelStatus>, sentences: string[]]>([
    [
      'healthy',
      { answeredAt: ago(2), roundTripMs: 12.34 },
      ['db has been healthy for 1 min 30 s: the server answered 2 s ago in 12 ms.'],
    ],
    [
      'healthy, and asked just now',
      { state: 'probing', answeredAt: ago(0) },
      ['db has been healthy for 1 min 30 s: the server answered 0 s ago.'],
    ],
    [
      'healthy without a heartbeat',
      { heartbeat: 'none' },
      [
        'db has been healthy for 1 min 30 s, as far as ssh tells (it has no heartbeat that answers).',
      ],
    ],
    [
      'healthy after a failure',
      { answeredAt: ago(1), failure: failed('dropped', { times: 2, at: ago(100) }) },
      [
        'db has been healthy for 1 min 30 s: the server answered 1 s ago.',
        'What went wrong 1 min 40 s ago for the 2nd time in a row: it went wrong.',
      ],
    ],
    [
      'degraded',
      {
        answeredAt: ago(1),
        isDegraded: true,
        checks: [
          { question: 'tcp a:1', ok: true, at: ago(1) },
          { question: 'tcp b:2', ok: false, problem: 'Connection refused', at: ago(1) },
        ],
      },
      [
        'db has been degraded for 1 min 30 s: the server answered 1 s ago.',
        'It is degraded: the check tcp b:2 fails: Connection refused.',
      ],
    ],
    [
      'silent for a moment, with nobody to ask yet',
      { state: 'probing', answeredAt: ago(4), suspect: silent({}) },
      [
        'db has been healthy for 1 min 30 s: the server answered 4 s ago.',
        'It is suspect: no answer for 8 s. Its ssh is kept, and asked again.',
        'A second connection is to be tried, to see whether the path works.',
        'If nothing has answered in 4 min 52 s, ssh is ended and started again.',
      ],
    ],
    [
      'silent for long, while a second connection is tried',
      {
        state: 'probing',
        since: ago(3),
        answeredAt: ago(12),
        suspect: silent({ isLasting: true, challenger: 'trying', obstacle: 'it timed out' }),
      },
      [
        'db has been suspect for 3 s: the server answered 12 s ago.',
        'It is suspect: no answer for 8 s. Its ssh is kept, and asked again.',
        'A second connection is tried now, to see whether the path works.',
        'If nothing has answered in 4 min 52 s, ssh is ended and started again.',
      ],
    ],
    [
      'silent, while a second connection is in',
      {
        state: 'probing',
        answeredAt: ago(4),
        suspect: silent({ challenger: 'in', until: ago(-3) }),
      },
      [
        'db has been healthy for 1 min 30 s: the server answered 4 s ago.',
        'It is suspect: no answer for 8 s. Its ssh is kept, and asked again.',
        'A second connection has logged in: the path works.',
        'If ssh has not answered in 3 s, it is ended, and the second connection takes its place.',
      ],
    ],
    [
      'silent, and no second connection can be had',
      {
        state: 'probing',
        answeredAt: ago(4),
        suspect: silent({ obstacle: '`challenge` is false', until: ago(-52) }),
      },
      [
        'db has been healthy for 1 min 30 s: the server answered 4 s ago.',
        'It is suspect: no answer for 8 s. Its ssh is kept, and asked again.',
        'There is no second connection that could say whether the path works: `challenge` is false.',
        'If nothing has answered in 52 s, ssh is ended and started again.',
      ],
    ],
    [
      'connecting',
      { state: 'connecting', phase: 'authenticating' },
      ['db has been connecting for 1 min 30 s, logging in (ssh has pid 7).'],
    ],
    [
      'inside its gate time, and not started yet',
      { state: 'gating', pid: null },
      ['db has been connecting for 1 min 30 s (ssh has pid not yet known).'],
    ],
    [
      'waiting by the clock',
      {
        state: 'backoff',
        since: ago(1),
        pid: null,
        nextStartAt: ago(-4),
        failure: failed('auth', {
          sentence: 'bastion refused the key',
          line: 'Permission denied',
          remedy: 'add the key there',
          times: 4,
        }),
      },
      [
        'db has been down for 1 s: no ssh runs.',
        'What went wrong 3 s ago for the 4th time in a row: bastion refused the key.' +
          ' ssh said: "Permission denied". What you can do: add the key there.',
        'Failures of the class "auth" are tried again after 5 s, 30 s, 2 min, then every 10 min.',
        'The next start is due in 4 s.',
      ],
    ],
    [
      'waiting, with the time over',
      { state: 'backoff', nextStartAt: ago(4) },
      ['db has been down for 1 min 30 s: no ssh runs.', 'The next start is due in 0 s.'],
    ],
    [
      'about to start',
      { state: 'backoff' },
      ['db has been down for 1 min 30 s: no ssh runs.', 'The next start is due now.'],
    ],
    [
      'waiting for another',
      { state: 'backoff', obstacle: { kind: 'tunnels', names: ['jump'] } },
      [
        'db has been down for 1 min 30 s: no ssh runs.',
        'The next start waits until jump is healthy.',
      ],
    ],
    [
      'ending its ssh',
      { state: 'stopping' },
      ['db is stopping: its ssh (pid 7) was told to go 1 min 30 s ago.'],
    ],
    [
      'never started',
      { state: 'stopped', starts: 0 },
      ['db was not started.', 'Start it with: holdfast up db.'],
    ],
    [
      'never started, and not enabled',
      { state: 'stopped', starts: 0, enabled: false },
      ['db was not started: it is not enabled in the file.', 'Start it with: holdfast up db.'],
    ],
    [
      'stopped',
      { state: 'stopped', end: 'it was told to stop' },
      ['db has been stopped for 1 min 30 s: it was told to stop.', UP],
    ],
    [
      'given up for its class',
      {
        state: 'failed',
        end: 'it went wrong',
        failure: failed('usage'),
      },
      [
        'db gave up 1 min 30 s ago.',
        'What went wrong 3 s ago: it went wrong.',
        'Failures of the class "usage" are not tried again, since they do not pass by themselves.',
        UP,
      ],
    ],
    [
      'given up for a rule',
      {
        state: 'failed',
        end: 'more than 3 restarts within 60 s, at last because: it went wrong',
        failure: failed('dropped', { times: 11 }),
      },
      [
        'db gave up 1 min 30 s ago.',
        'What went wrong 3 s ago for the 11th time in a row: it went wrong.',
        'The rule that decided: more than 3 restarts within 60 s, at last because: it went wrong.',
        UP,
      ],
    ],
    [
      'given up without a failure',
      { state: 'failed', end: 'ssh could not be left' },
      ['db gave up 1 min 30 s ago.', 'The reason: ssh could not be left.', UP],
    ],
  ])('is told of one that is %s', (_, tunnel, sentences) => {
    expect(why(tunnel).split('\n')).toEqual(sentences);
  });

  test.each<[failureClass: FailureClass, policy: string]>([
    [
      'unreachable',
      'tried again after a random time from 0.5 s to at most 5 s, which grows with each try',
    ],
    [
      'throttled',
      'tried again after a random time from 1 s to at most 1 min, which grows with each try',
    ],
    ['auth', 'tried again after 5 s, 30 s, 2 min, then every 10 min'],
    ['host-key-changed', 'not tried again, since they do not pass by themselves'],
    ['host-key-unknown', 'not tried again, since they do not pass by themselves'],
    [
      'remote-port-held',
      'tried again after a random time from 2 s to at most 15 s, which grows with each try',
    ],
    [
      'local-port-held',
      'tried again after a random time from 2 s to at most 15 s, which grows with each try',
    ],
    ['usage', 'not tried again, since they do not pass by themselves'],
    [
      'dropped',
      'tried again at once, then after a random time from 0.5 s to at most 5 s, which grows with each try',
    ],
    [
      'unknown',
      'tried again after a random time from 1 s to at most 1 min, which grows with each try',
    ],
  ])('has the policy of the class %s: %s', (failureClass, policy) => {
    const tunnel = { state: 'backoff', failure: failed(failureClass) } as const;
    expect(why(tunnel)).toContain(`Failures of the class "${failureClass}" are ${policy}.`);
  });

  test('has a policy for every class', () => {
    for (const failureClass of Object.keys(FAILURE_POLICIES) as FailureClass[]) {
      expect(why({ state: 'failed', failure: failed(failureClass) })).toContain(
        'Failures of the class',
      );
    }
  });

  test.each<[reason: StopReason, because: string, next: string]>([
    ['operator-stop', 'the tunnel was told to stop', 'the tunnel stays stopped'],
    ['operator-restart', 'a restart was asked for', 'the next start is due at once'],
    ['lifetime-over', 'the lifetime of the tunnel is over', 'the tunnel stays stopped'],
    [
      'heartbeat-missed',
      'the server did not answer any more',
      'the class of this failure decides when the next start is due',
    ],
    [
      'forward-refused',
      'a forward is missing',
      'the class of this failure decides when the next start is due',
    ],
    [
      'check-failed',
      'a check failed',
      'the class of this failure decides when the next start is due',
    ],
  ])('says why ssh was told to go, and what comes next: %s', (reason, because, next) => {
    const stopping = status({ state: 'stopping', since: ago(1), answeredAt: ago(5) });
    expect(whySentences(stopping, NOW, reason)).toEqual([
      `db is stopping: its ssh (pid 7) was told to go 1 s ago, because ${because}.`,
      `When ssh has gone, ${next}.`,
    ]);
  });

  test.each([
    ['resolving', 'looking up the address of the host'],
    ['connecting', 'waiting for the host to take the connection'],
    ['authenticating', 'logging in'],
    ['forwarding', 'setting up its forwards'],
  ] as const)('has words for the phase %s', (phase, words) => {
    expect(why({ state: 'connecting', phase })).toContain(`, ${words} (`);
  });

  test.each([
    [2, '2nd'],
    [3, '3rd'],
    [4, '4th'],
    [11, '11th'],
    [12, '12th'],
    [13, '13th'],
    [21, '21st'],
    [112, '112th'],
    [123, '123rd'],
  ])('counts %d failures as the %s', (times, ordinal) => {
    expect(why({ failure: failed('dropped', { times }) })).toContain(`for the ${ordinal} time`);
  });

  test('never tells of a time below zero, though the clock was set back', () => {
    expect(why({ since: ago(-100), answeredAt: ago(-50) })).toBe(
      'db has been healthy for 0 s: the server answered 0 s ago.',
    );
  });
});

test.each<[obstacle: StartObstacle, words: string]>([
  [{ kind: 'tunnels', names: ['a'] }, 'The next start waits until a is healthy'],
  [{ kind: 'tunnels', names: ['a', 'b'] }, 'The next start waits until a and b are healthy'],
  [
    { kind: 'tunnels', names: ['a', 'b', 'c'] },
    'The next start waits until a, b and c are healthy',
  ],
  [
    { kind: 'host', destination: 'bastion', starting: 8 },
    'The next start is queued: 8 connections to bastion are being set up',
  ],
])('an obstacle has words: %j', (obstacle, words) => {
  expect(obstacleWords(obstacle)).toBe(words);
});
