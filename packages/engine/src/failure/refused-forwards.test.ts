import { describe, expect, test } from 'vitest';
import { findRefusedForwards } from './while-running.ts';

/** Lines of ssh's own log. */
const own = (...lines: readonly string[]) => lines.map((line) => `${line}\r`);

describe('forwards that an ssh goes without while it runs', () => {
  const causesOf = (stderr: readonly string[]) =>
    findRefusedForwards(stderr).map(({ cause, facts }) => [cause, facts.port]);

  test.each([
    // Captured from OpenSSH 7.9 to 10.5, which all say the same.
    [
      'a local port held at 127.0.0.1 only',
      own('bind [127.0.0.1]:28101: Address already in use'),
      [['local-port-half-held', 28101]],
    ],
    ['a local port held at ::1 only: not a word', [], []],
    [
      'the same with -v',
      own(
        'debug1: Local forwarding listening on ::1 port 28102.',
        'bind [::1]:28102: Address already in use',
      ),
      [['local-port-half-held', 28102]],
    ],
    [
      'a local port held at both',
      own(
        'bind [127.0.0.1]:28103: Address already in use',
        'channel_setup_fwd_listener_tcpip: cannot listen to port: 28103',
        'Could not request local forwarding.',
      ),
      [['local-port-held', 28103]],
    ],
    [
      'a remote port held',
      own('Warning: remote port forwarding failed for listen port 8081'),
      [['remote-port-held', 8081]],
    ],
    // Put together from them.
    [
      'several',
      own(
        'bind [127.0.0.1]:1: Address already in use',
        'bind [::1]:2: Address already in use',
        'bind [127.0.0.1]:2: Address already in use',
        'channel_setup_fwd_listener_tcpip: cannot listen to port: 2',
        'Warning: remote port forwarding failed for listen port 3',
      ),
      [
        ['local-port-half-held', 1],
        ['local-port-held', 2],
        ['remote-port-held', 3],
      ],
    ],
    [
      'a local address that nobody knows',
      own(
        'channel_setup_fwd_listener_tcpip: getaddrinfo(nosuchname.invalid): Name or service not known',
      ),
      [['local-port-unusable', undefined]],
    ],
    ['lines of a banner', ['bind [127.0.0.1]:1: Address already in use'], []],
    [
      'a refused probe of a master',
      own('mux_confirm_remote_forward: remote port forwarding failed for listen port 0'),
      [],
    ],
  ])('%s', (_, stderr, expected) => {
    expect(causesOf(stderr)).toEqual(expected);
  });
});
