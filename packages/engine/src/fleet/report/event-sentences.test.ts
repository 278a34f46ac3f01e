import type { FailureReport, StopReason, TunnelEmitted } from '@holdfast/machines';
import { describe, expect, test } from 'vitest';
import { classifyFailure, stderrLines } from '../../failure/classify.ts';
import { createLastWords } from '../../failure/last-words.ts';
import { eventWords } from './event-sentences.ts';
import type { EventLevel, FleetFact } from '../fleet-event.ts';

type Fact = TunnelEmitted | FleetFact;

const FAILURE: FailureReport = { class: 'unreachable', sentence: 'bastion refuses connections' };
const EXIT = { status: 255, signal: null } as const;
const ENDED = { type: 'child.ended', exit: EXIT, verdict: 'restart', premature: false } as const;

function stopped(reason: StopReason): Fact {
  return { type: 'stop.began', reason, pid: 7, signal: null };
}

/** Each type of fact at least once. */
const FACTS: readonly (readonly [fact: Fact, level: EventLevel, sentence: string])[] = [
  [{ type: 'backoff.began', tries: 0, graceSeconds: 0 }, 'debug', 'the next start is due at once'],
  [
    { type: 'backoff.began', tries: 1, graceSeconds: 2.5 },
    'info',
    'the next start is due in 2.5 s',
  ],
  [
    { type: 'backoff.began', tries: 1, graceSeconds: 90, failure: FAILURE, verdict: 'retry' },
    'info',
    'the next start is due in 1 min 30 s',
  ],
  [
    {
      type: 'backoff.began',
      tries: 1,
      graceSeconds: 600,
      failure: FAILURE,
      verdict: 'wait-for-operator',
    },
    'warning',
    'the next start is due in 10 min; it is unlikely to recover by itself',
  ],
  [{ type: 'start.asked' }, 'debug', 'the next start is due'],
  [{ type: 'start.began', start: 3, maxStarts: -1 }, 'debug', 'start 3 begins'],
  [{ type: 'start.succeeded', pid: 7, firstPollSeconds: 20 }, 'info', 'ssh was started (pid 7)'],
  [{ type: 'child.ready' }, 'debug', 'ssh has logged in'],
  [
    { type: 'tunnel.proved', pid: 7 },
    'info',
    'the tunnel is healthy: it is connected, and every forward is there',
  ],
  [
    { type: 'tunnel.proved', pid: 7, isBelieved: true },
    'info',
    'the tunnel is healthy, as far as ssh tells: it has no heartbeat that answers',
  ],
  [{ type: 'probe.began' }, 'debug', 'a probe was sent'],
  [{ type: 'probe.answered', pid: 7, pollSeconds: 5 }, 'debug', 'the server answered'],
  [{ type: 'probe.missed', reason: 'silence' }, 'warning', 'a probe was not answered: silence'],
  [
    { type: 'probe.impossible', reason: 'no port' },
    'warning',
    'the heartbeat cannot probe: no port',
  ],
  [
    { type: 'probe.unsent', reason: 'too many open files' },
    'warning',
    'probes do not leave this machine, and ssh is kept: too many open files',
  ],
  [
    { type: 'stop.began', reason: 'login-timed-out', pid: 7, signal: null },
    'warning',
    'ssh does not log in: it is ended and started again',
  ],
  [{ type: 'probe.sent' }, 'info', 'probes leave this machine again'],
  [
    { type: 'probes.left-out', why: 'ended', isSure: false },
    'warning',
    'ssh ended at its first probe, twice in a row: this ssh runs without probes, to see whether it is the server that does not accept them (to keep it that way, set heartbeat = "none")',
  ],
  [
    { type: 'probes.left-out', why: 'silent', isSure: true },
    'warning',
    'the server does not accept probes (the first probes of ssh were not answered, twice in a row), and the tunnel goes on without probes: ssh\'s own ServerAlive watches it, and probes are tried again in an hour, or at a restart (to keep it that way, set heartbeat = "none")',
  ],
  [
    {
      type: 'probes.left-out',
      why: 'silent',
      isSure: false,
      lack: {
        class: 'throttled',
        sentence: 'nothing echoes there',
        remedy: 'start an echo service',
      },
    },
    'warning',
    'nothing echoes there, and the tunnel goes on without probes: ssh\'s own ServerAlive watches it (start an echo service; to keep it that way, set heartbeat = "none")',
  ],
  [{ type: 'probes.resumed' }, 'info', 'probes, which were left out, are tried again'],
  [ENDED, 'warning', 'ssh ended with status 255'],
  [{ ...ENDED, exit: { status: null, signal: 'SIGKILL' } }, 'warning', 'ssh ended on SIGKILL'],
  [
    { ...ENDED, failure: FAILURE },
    'warning',
    'ssh ended with status 255 (unreachable): bastion refuses connections',
  ],
  [
    {
      ...ENDED,
      exit: { status: 0, signal: null },
      failure: { class: 'dropped', sentence: 'the server did not answer for 5 s' },
      stopReason: 'heartbeat-missed',
    },
    'warning',
    'ssh was ended by Holdfast (dropped): the server did not answer for 5 s',
  ],
  [stopped('operator-stop'), 'info', 'it was told to stop'],
  [stopped('operator-restart'), 'info', 'it was told to restart'],
  [stopped('lifetime-over'), 'info', 'its lifetime is over'],
  [
    stopped('heartbeat-missed'),
    'warning',
    'the server does not answer: ssh is ended and started again',
  ],
  [stopped('forward-refused'), 'warning', 'a forward is missing: ssh is ended and started again'],
  [stopped('check-failed'), 'warning', 'a check failed: ssh is ended and started again'],
  [{ type: 'child.killed', pid: 7 }, 'warning', 'ssh (pid 7) does not end, and was sent SIGKILL'],
  [
    { type: 'child.abandoned', pid: 7 },
    'error',
    'ssh (pid 7) did not end after SIGKILL and was left behind',
  ],
  [
    { type: 'tunnel.ended', end: { class: 'operator-stop', exitStatus: 0, sentence: 'told' } },
    'info',
    'the tunnel stopped',
  ],
  [
    { type: 'tunnel.ended', end: { class: 'hopeless', exitStatus: 1, sentence: 'bad option' } },
    'error',
    'the tunnel gave up: bad option',
  ],
  [
    { type: 'network.changed', change: 'woke-up' },
    'info',
    'this machine woke up: every tunnel is probed at once',
  ],
  [
    { type: 'network.changed', change: 'addresses-changed' },
    'info',
    "this machine's addresses changed: every tunnel is probed at once",
  ],
  [
    { type: 'network.changed', change: 'route-changed' },
    'info',
    "this machine's default route changed: every tunnel is probed at once",
  ],
  [
    { type: 'credentials.changed' },
    'info',
    'keys may have changed: tunnels that were refused are tried again',
  ],
  [{ type: 'tunnel.added' }, 'info', 'the tunnel was added'],
  [
    { type: 'tunnel.changed', needsRestart: true },
    'info',
    'its settings changed: it needs a new connection',
  ],
  [
    { type: 'tunnel.changed', needsRestart: false },
    'info',
    'its settings changed, and the connection stays',
  ],
  [{ type: 'tunnel.removed' }, 'info', 'the tunnel was removed'],
  [{ type: 'forward.opened', forward: '1:a:2' }, 'info', 'forward 1:a:2 was opened'],
  [
    { type: 'forward.opened', forward: '0:a:2', port: 4711 },
    'info',
    'forward 0:a:2 was opened, at port 4711',
  ],
  [{ type: 'forward.closed', forward: '1:a:2' }, 'info', 'forward 1:a:2 was closed'],
  [
    { type: 'forwards.lost', forwards: ['-L 1:a:2'] },
    'warning',
    'forward -L 1:a:2 was lost: ssh no longer listens there',
  ],
  [
    { type: 'forwards.lost', forwards: ['-L 1:a:2', '-D 3', '-D 4', '-D 5', '-D 6'] },
    'warning',
    'forwards -L 1:a:2, -D 3, -D 4 and 2 more were lost: ssh no longer listens there',
  ],
  [
    { type: 'forwards.restored', forwards: ['-L 1:a:2', '-D 3'], wereThere: true },
    'info',
    'forwards -L 1:a:2 and -D 3 were opened again, over the control connection',
  ],
  [
    { type: 'forwards.restored', forwards: ['-L 1:a:2'], wereThere: false },
    'info',
    'forward -L 1:a:2 was opened over the control connection, since ssh did not by itself (do its options say ClearAllForwardings?)',
  ],
  [{ type: 'forward.failed', forward: '1:a:2', problem: 'held' }, 'error', 'forward 1:a:2: held'],
  [
    { type: 'session.released', pid: 811, hadEnded: false },
    'info',
    'an earlier session of this tunnel still ran at the server (pid 811) and was ended there',
  ],
  [
    { type: 'session.released', pid: 811, hadEnded: true },
    'info',
    'the earlier session of this tunnel at the server (pid 811) has ended',
  ],
  [
    { type: 'session.kept', pid: 811, reason: 'boot' },
    'warning',
    'the earlier session of this tunnel at the server (pid 811) was left alone: the server has booted since, or it is another machine',
  ],
  [
    { type: 'session.kept', pid: 811, reason: 'no-answer' },
    'warning',
    'the earlier session of this tunnel at the server (pid 811) was left alone: the server did not answer in time',
  ],
  [
    { type: 'session.unnoted', reason: 'no-shell' },
    'warning',
    'release will not help: the session of this tunnel at the server could not be noted: the account runs no commands (a forced command, no shell, or no sessions)',
  ],
  [
    { type: 'session.unnoted', reason: 'not-written', problem: 'No space left on device' },
    'warning',
    'release will not help: the session of this tunnel at the server could not be noted: No space left on device',
  ],
  [
    { type: 'target.failed', sentence: 'it could not connect', times: 1 },
    'warning',
    'it could not connect',
  ],
  [
    { type: 'target.failed', sentence: 'it could not connect', times: 8 },
    'warning',
    'it could not connect (8 times)',
  ],
  [{ type: 'check.passed', question: 'tcp a:1' }, 'info', 'the check passes again: tcp a:1'],
  [
    { type: 'check.failed', question: 'tcp a:1', problem: 'refused' },
    'warning',
    'the check fails: tcp a:1: refused',
  ],
  [{ type: 'checks.passed' }, 'info', 'the tunnel is healthy: all of its checks have passed'],
  [{ type: 'child.reaped', pid: 7 }, 'warning', 'ssh (pid 7) of an earlier supervisor was ended'],
  [
    { type: 'child.stuck', pid: 7, tunnel: 'db' },
    'error',
    'ssh (pid 7) of an earlier supervisor did not end after SIGKILL, and may keep the ports of db; see: ps -o pid,stat,wchan,args -p 7',
  ],
  [
    { type: 'supervisor.began', pid: 7, version: '1.0.0' },
    'info',
    'the supervisor began (holdfast 1.0.0, pid 7)',
  ],
  [{ type: 'supervisor.ended', reason: 'SIGTERM' }, 'info', 'the supervisor ended: SIGTERM'],
  [
    { type: 'log.lost', records: 3, problem: 'disk full' },
    'error',
    '3 events could not be written: disk full',
  ],
  [
    { type: 'place.mended', path: '/run/h' },
    'warning',
    'recreated, since it was missing or unusable: /run/h',
  ],
  [
    { type: 'place.unusable', path: '/run/h', problem: 'Permission denied' },
    'error',
    'not usable: /run/h: Permission denied',
  ],
  [
    { type: 'monitor.opened', address: '127.0.0.1:9180' },
    'info',
    'health and metrics are answered at http://127.0.0.1:9180',
  ],
  [
    { type: 'monitor.failed', address: '127.0.0.1:9180', problem: 'address already in use' },
    'error',
    'cannot listen on 127.0.0.1:9180: address already in use',
  ],
  [{ type: 'place.usable', path: '/run/h' }, 'info', 'usable again: /run/h'],
  [
    { type: 'agent.taken', path: '/tmp/agent.7' },
    'info',
    'the ssh-agent was missing or dead: keys now come from the one of the caller, /tmp/agent.7',
  ],
  [
    { type: 'suspicion.began', reason: 'the server does not answer' },
    'info',
    'the connection is suspect: ssh is kept, and asked again',
  ],
  [
    { type: 'suspicion.lasts' },
    'warning',
    'the connection has been suspect for some seconds: not healthy until it answers',
  ],
  [{ type: 'suspicion.ended' }, 'info', 'the connection answers again: nothing was cut'],
  [
    { type: 'challenger.asked', silentSinceMs: 5, isOverdue: false },
    'debug',
    'a second connection is to be tried',
  ],
  [{ type: 'challenger.settled' }, 'debug', 'no second connection is on its way any more'],
  [
    { type: 'challenger.started', pid: 8 },
    'info',
    'a second ssh was started to try the path (pid 8)',
  ],
  [
    { type: 'challenger.ready', pid: 8, graceMs: 0 },
    'info',
    'the second ssh has logged in, so the path works; nothing goes through the old one: it is replaced',
  ],
  [
    { type: 'challenger.ready', pid: 8, graceMs: 4000 },
    'info',
    'the second ssh has logged in, so the path works; the old one has 4 s left to answer',
  ],
  [
    { type: 'challenger.ended', pid: 8, isLast: false },
    'info',
    'the second ssh (pid 8) has ended: it was not needed',
  ],
  [
    {
      type: 'challenger.ended',
      pid: 8,
      failure: { class: 'auth', sentence: 'the server refused every key' },
      isLast: true,
    },
    'warning',
    'the second ssh (pid 8) did not get through: the server refused every key; no other is tried, and the old one gets its time',
  ],
  [
    { type: 'tunnel.switched', pid: 8, start: 2, maxStarts: -1 },
    'warning',
    'the second ssh took over (pid 8)',
  ],
  [{ type: 'events.lost', events: 3 }, 'warning', '3 events were lost: read too slowly'],
];

/** Every type of fact; a type that is missing here, or too much, is an error of the compiler. */
const TYPES: Readonly<Record<Fact['type'], true>> = {
  'backoff.began': true,
  'start.asked': true,
  'start.began': true,
  'start.succeeded': true,
  'child.ready': true,
  'tunnel.proved': true,
  'probe.began': true,
  'probe.answered': true,
  'probe.missed': true,
  'probe.impossible': true,
  'probe.unsent': true,
  'probe.sent': true,
  'probes.left-out': true,
  'suspicion.began': true,
  'suspicion.lasts': true,
  'suspicion.ended': true,
  'challenger.asked': true,
  'challenger.settled': true,
  'challenger.started': true,
  'challenger.ready': true,
  'challenger.ended': true,
  'tunnel.switched': true,
  'probes.resumed': true,
  'child.ended': true,
  'stop.began': true,
  'child.killed': true,
  'child.abandoned': true,
  'tunnel.ended': true,
  'network.changed': true,
  'credentials.changed': true,
  'tunnel.added': true,
  'tunnel.changed': true,
  'tunnel.removed': true,
  'forward.opened': true,
  'forward.closed': true,
  'forwards.lost': true,
  'forwards.restored': true,
  'forward.failed': true,
  'target.failed': true,
  'session.released': true,
  'session.kept': true,
  'session.unnoted': true,
  'check.passed': true,
  'check.failed': true,
  'checks.passed': true,
  'child.reaped': true,
  'child.stuck': true,
  'monitor.opened': true,
  'monitor.failed': true,
  'supervisor.began': true,
  'supervisor.ended': true,
  'agent.taken': true,
  'place.mended': true,
  'place.unusable': true,
  'place.usable': true,
  'log.lost': true,
  'events.lost': true,
};

describe('the words for a fact', () => {
  test.each(FACTS.map(([fact, level, sentence]) => ({ fact, level, sentence })))(
    'are: $sentence',
    ({ fact, level, sentence }) => {
      expect(eventWords(fact)).toEqual({ level, sentence });
    },
  );

  test('are there for every type of fact', () => {
    expect(new Set(FACTS.map(([{ type }]) => type))).toEqual(new Set(Object.keys(TYPES)));
  });

  test('are lower case, without a full stop, and printable', () => {
    for (const [, , sentence] of FACTS) {
      expect(sentence).toMatch(/^[\p{Ll}\d]/u);
      expect(sentence).not.toMatch(/\.$|\p{C}/u);
    }
  });
});

describe('words of others', () => {
  const HOSTILE = 'x\u001b[2J\u0007\u009b31m\u202e\r\u0000';

  test.each([
    ['a line that nobody knows', `${HOSTILE}\r\n`],
    ['a refused login', `${HOSTILE}@h: Permission denied (publickey).\r\n`],
    ['a host that cannot be found', `ssh: Could not resolve hostname ${HOSTILE}: no\r\n`],
    ['a forward', `Warning: remote port forwarding failed for listen path ${HOSTILE}\r\n`],
    ['a bad option', `command-line: line 0: Bad configuration option: ${HOSTILE}\r\n`],
  ])('in %s are made printable', (_, stderr) => {
    const words = createLastWords({ wasHealthy: () => false });
    for (const line of stderrLines(stderr)) words.hear(line);
    const failure = words.explain({ exit: EXIT }, 100);
    expect(JSON.stringify(failure)).toContain('x\uFFFD[2J');
    const { sentence } = eventWords({ ...ENDED, failure: failure! });
    expect(Object.values(failure!).join()).not.toMatch(/\p{C}/u);
    expect(sentence).not.toMatch(/\p{C}/u);
  });

  test('of the system that cannot start ssh are made printable', () => {
    const { sentence } = classifyFailure({
      stderr: [],
      exit: { unrunnable: `${HOSTILE}: No such file or directory` },
      ageMs: 0,
      wasHealthy: false,
    });
    expect(sentence).not.toMatch(/\p{C}/u);
  });

  test.each<[title: string, fact: Fact]>([
    ['a probe', { type: 'probe.missed', reason: HOSTILE }],
    ['a probe that did not leave', { type: 'probe.unsent', reason: HOSTILE }],
    ['a heartbeat', { type: 'probe.impossible', reason: HOSTILE }],
    ['a forward', { type: 'forward.failed', forward: HOSTILE, problem: HOSTILE }],
    ['a check', { type: 'check.failed', question: HOSTILE, problem: HOSTILE }],
    ['a log', { type: 'log.lost', records: 1, problem: HOSTILE }],
    [
      'an end',
      { type: 'tunnel.ended', end: { class: 'hopeless', exitStatus: 1, sentence: HOSTILE } },
    ],
    ['a failure', { ...ENDED, failure: { class: 'unknown', sentence: HOSTILE } }],
  ])('about %s are made printable, whoever told them', (_, fact) => {
    expect(eventWords(fact).sentence).not.toMatch(/\p{C}/u);
  });

  test('do not call a tunnel healthy whose checks are still to pass', () => {
    const { sentence } = eventWords({ type: 'tunnel.proved', pid: 7 }, true);
    expect(sentence).toBe('it is connected, and every forward is there: its checks are running');
  });
});
