import type { FailureClass } from '@holdfast/machines';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CAPTURED, FOUND, LOST } from '../testing/failure-golden.ts';
import { classifyFailure, type EndedSsh } from './classify.ts';
import { FAILURE_SENTENCES, type Failure } from './sentences.ts';

/** Lines of ssh's own log. */
const own = (...lines: readonly string[]) => lines.map((line) => `${line}\r`);

function failed(stderr: readonly string[], more: Partial<EndedSsh> = {}): Failure {
  return classifyFailure({ stderr, exit: LOST, ageMs: 500, wasHealthy: false, ...more });
}

const USAGE_OF_9_2 = [
  'usage: ssh [-46AaCfGgKkMNnqsTtVvXxYy] [-B bind_interface]',
  '           [-b bind_address] [-c cipher_spec] [-D [bind_address:]port]',
  '           [-w local_tun[:remote_tun]] destination [command [argument ...]]',
];
describe('is not fooled by names', () => {
  test.each<[line: string, FailureClass]>([
    ['ssh: connect to host bind9 port 22: Connection refused', 'unreachable'],
    ['ssh: connect to host permission-denied.example port 22: Connection refused', 'unreachable'],
    [
      'ssh: Could not resolve hostname permission-denied.example: Name or service not known',
      'unreachable',
    ],
    [
      'ssh: Could not resolve hostname bind [127.0.0.1]:80: Name or service not known',
      'unreachable',
    ],
    ['bind@bind9: Permission denied (publickey).', 'auth'],
    ['Connection refused@h: Permission denied (publickey).', 'auth'],
    ['Host key verification failed.@h: Permission denied (publickey).', 'auth'],
    ['Connection to Permission denied (publickey). closed by remote host.', 'dropped'],
    [
      'Timeout, server ssh: connect to host x port 22: Connection refused not responding.',
      'dropped',
    ],
    [
      'Error: remote port forwarding failed for listen path /Permission denied (publickey).',
      'remote-port-held',
    ],
    [
      '/home/Permission denied (publickey)./config: terminating, 1 bad configuration options',
      'usage',
    ],
    ["command-line line 0: Bad port 'Host key verification failed.'.", 'usage'],
    ["/home/bind9 line 1: x/config line 2: Bad port 'abc'.", 'usage'],
    ['banner exchange: Connection to bind9 port 22: Broken pipe', 'throttled'],
  ])('%s', (line, failureClass) => {
    expect(failed(own(line)).class).toBe(failureClass);
  });

  test.each([
    'bind9: bind failed: Address already in use',
    'x Permission denied (publickey).',
    'Permission denied (publickey). x',
    'permission denied (publickey).',
    'Permission denied, please try again.',
    'debug1: Host key verification failed.',
    'motd: Host key verification failed.',
    'Connection refused',
    'REMOTE HOST IDENTIFICATION HAS CHANGED!',
    'remote port forwarding failed for listen port 80',
    'Error: remote port forwarding failed for listen port 80 or so',
    'mux_confirm_remote_forward: remote port forwarding failed for listen port 8081',
    'Permission denied line 2: permission denied',
    'config line 2: Host key verification failed.',
    'bind9 line x: Bad port',
    'write: Permission denied (publickey).',
    '** WARNING: Permission denied (publickey).',
    'Protocol major versions differ: bind9',
    'Error: forwarding disabled due to permission-denied.example',
    "Bad port 'abc'",
    'usage: ssh [-46]',
    'usage: mine',
  ])('%s: unknown', (line) => {
    const { class: failureClass, line: shown } = failed([
      ...own('Hello'),
      ...own(line),
      ...own('bye'),
    ]);
    expect([failureClass, shown]).toEqual(['unknown', 'bye']);
    expect(failed(own('Hello', line)).class).toBe('unknown');
  });

  test('usage errors come at once, and alone', () => {
    const stderr = ["Bad port 'abc'"];
    expect(failed(stderr, { ageMs: 60_000 }).class).toBe('unknown');
    expect(failed(['Welcome', ...stderr]).class).toBe('unknown');
    expect(failed(USAGE_OF_9_2, { ageMs: 60_000 }).class).toBe('unknown');
    expect(failed(['Welcome', 'to', ...USAGE_OF_9_2]).class).toBe('unknown');
    expect(failed([...USAGE_OF_9_2, 'and more']).class).toBe('unknown');
  });
});

describe('a banner', () => {
  const golden = [...CAPTURED, ...FOUND].filter(({ exit }) => exit.status === 255);
  const ends = golden.filter(
    ({ stderr, cause }) =>
      stderr.at(-1)?.endsWith('\r') && cause !== 'proxy-closed' && cause !== 'closed-early',
  );
  const words = fc.constantFrom(...golden.flatMap(({ stderr }) => stderr));

  test('in front of the last words changes nothing', () => {
    fc.assert(
      fc.property(fc.constantFrom(...ends), fc.array(words, { maxLength: 6 }), (end, banner) => {
        const stderr = [...banner, ...own('Welcome'), ...end.stderr];
        expect(failed(stderr).class).toBe(end.failureClass);
      }),
    );
  });

  test('behind them, written with LF, is never taken for ssh', () => {
    fc.assert(
      fc.property(fc.array(words, { minLength: 1, maxLength: 6 }), (banner) => {
        const lines = ['Welcome', ...banner.map((line) => line.replace(/\r$/, '')), 'to this host'];
        expect(failed(lines).class).toBe('unknown');
      }),
    );
  });
});

describe('any text', () => {
  const line = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 30 }),
    fc.constantFrom(...[...CAPTURED, ...FOUND].flatMap(({ stderr }) => stderr)),
  );
  const input = fc.record({
    stderr: fc.array(line, { maxLength: 12 }),
    ageMs: fc.nat(),
    wasHealthy: fc.boolean(),
    exit: fc.constantFrom(LOST, { status: 0, signal: null }, { status: null, signal: 'SIGTERM' }),
  });

  test('has a class, a sentence, and nothing that a terminal would obey', () => {
    fc.assert(
      fc.property(input, (ended) => {
        const found = classifyFailure(ended);
        expect(found.class).toBe(FAILURE_SENTENCES[found.cause].class);
        expect(found.sentence).toMatch(/[^.]$/);
        const { sentence, line: shown = '', remedy = '', facts } = found;
        const all = [sentence, shown, remedy, ...Object.values(facts).map(String)].join('');
        expect(all).not.toMatch(/\p{C}|undefined|NaN/u);
      }),
    );
  });
});

test('a line eight times as long takes about eight times as long', () => {
  // The least of some, in processor time: other programs count for nothing then.
  const costOf = (length: number) => {
    const long = 'ssh: connect to host '.padEnd(length, 'a port 1: ');
    const lines = own(long, `${'@'.repeat(length / 10)}: Permission denied (x`);
    const costs = Array.from({ length: 3 }, () => {
      const { user, system } = process.cpuUsage();
      expect(failed(lines).class).toBe('unknown');
      const spent = process.cpuUsage();
      return spent.user - user + spent.system - system;
    });
    return Math.min(...costs);
  };
  // With the square of the length it would be 64 times.
  expect(costOf(4_000_000)).toBeLessThan(30 * Math.max(costOf(500_000), 1000));
});
