import type { FailureClass, SshExit } from '@holdfast/machines';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  classifyFailure,
  findRefusedForwards,
  stderrLines,
  type EndedSsh,
  type Failure,
} from './failure-class.ts';
import { FAILURE_WORDS, type FailureFacts } from './failure-sentences.ts';
import { BARE_ENDINGS, ENDINGS, type FailureCause } from './failure-texts.ts';

const LOST: SshExit = { status: 255, signal: null };

/** Lines of ssh's own log. */
const own = (...lines: readonly string[]) => lines.map((line) => `${line}\r`);

function failed(stderr: readonly string[], more: Partial<EndedSsh> = {}): Failure {
  return classifyFailure({ stderr, exit: LOST, ageMs: 500, wasHealthy: false, ...more });
}

type Row = [title: string, stderr: string[], FailureClass, FailureCause, FailureFacts?];

const ADDRESS = '10.191.7.2';
const AT_22 = { host: ADDRESS, port: 22 };
const GONE = own(
  'kex_exchange_identification: Connection closed by remote host',
  'Connection closed by UNKNOWN port 65535',
);
const USAGE_OF_9_2 = [
  'usage: ssh [-46AaCfGgKkMNnqsTtVvXxYy] [-B bind_interface]',
  '           [-b bind_address] [-c cipher_spec] [-D [bind_address:]port]',
  '           [-w local_tun[:remote_tun]] destination [command [argument ...]]',
];
const changedKey = (file: string, name: string) =>
  own(
    '@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@',
    '@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @',
    '@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@',
    'IT IS POSSIBLE THAT SOMEONE IS DOING SOMETHING NASTY!',
    'Someone could be eavesdropping on you right now (man-in-the-middle attack)!',
    'It is also possible that a host key has just been changed.',
    'SHA256:6eSPEAFdWhXkLPaVzsCtrIiH76nGvp2cai2jBzsArVc.',
    'Please contact your system administrator.',
    `Add correct host key in ${file} to get rid of this message.`,
    `Offending ED25519 key in ${file}:1`,
    '  remove with:',
    `  ssh-keygen -f "${file}" -R "${name}"`,
    `Host key for ${name} has changed and you have requested strict checking.`,
    'Host key verification failed.',
  );
const KNOWN_HOSTS = '/home/me/.ssh/known_hosts';

/** Written by OpenSSH_9.2p1 (Debian 12), provoked for this table; only paths are changed, and usage texts shortened. */
const CAPTURED: readonly Row[] = [
  [
    'refused',
    own('ssh: connect to host 10.191.7.2 port 9: Connection refused'),
    'unreachable',
    'refused',
    { host: ADDRESS, port: 9 },
  ],
  [
    'nobody at the address',
    own('ssh: connect to host 10.191.7.99 port 22: Connection timed out'),
    'unreachable',
    'timed-out',
    { host: '10.191.7.99', port: 22 },
  ],
  [
    'no route',
    own('ssh: connect to host 10.191.8.1 port 22: No route to host'),
    'unreachable',
    'no-route',
    { host: '10.191.8.1', port: 22 },
  ],
  [
    'a prohibited route',
    own('ssh: connect to host 10.191.8.1 port 22: Permission denied'),
    'unreachable',
    'no-connection',
    { host: '10.191.8.1', port: 22, reason: 'Permission denied' },
  ],
  [
    'a black hole in the routing table',
    own('ssh: connect to host 10.191.8.1 port 22: Invalid argument'),
    'unreachable',
    'no-connection',
    { host: '10.191.8.1', port: 22, reason: 'Invalid argument' },
  ],
  [
    'no such name',
    own('ssh: Could not resolve hostname bind9.invalid: Name or service not known'),
    'unreachable',
    'no-address',
    { host: 'bind9.invalid', reason: 'Name or service not known' },
  ],
  [
    'no such alias',
    own('ssh: Could not resolve hostname prodd: Name or service not known'),
    'unreachable',
    'unknown-name',
    { host: 'prodd' },
  ],
  [
    'an old protocol',
    own(
      'Protocol major versions differ: 2 vs. 1',
      'banner exchange: Connection to 10.191.7.2 port 39: could not read protocol version',
    ),
    'unreachable',
    'no-ssh-there',
    { host: ADDRESS, port: 39 },
  ],
  [
    'MaxStartups',
    own(
      'kex_exchange_identification: Connection closed by remote host',
      'Connection closed by 10.191.7.2 port 24',
    ),
    'throttled',
    'closed-early',
    { host: ADDRESS, port: 24 },
  ],
  [
    'reset before the greeting',
    own(
      'kex_exchange_identification: read: Connection reset by peer',
      'Connection reset by 10.191.7.2 port 33',
    ),
    'throttled',
    'closed-early',
    { host: ADDRESS, port: 33 },
  ],
  [
    'closed after the greeting',
    own('Connection closed by 10.191.7.2 port 34'),
    'throttled',
    'closed-early',
    { host: ADDRESS, port: 34 },
  ],
  [
    'reset after the greeting',
    own('Connection reset by 10.191.7.2 port 36'),
    'throttled',
    'closed-early',
    { host: ADDRESS, port: 36 },
  ],
  [
    'no greeting in time',
    own(
      'Connection timed out during banner exchange',
      'Connection to 10.191.7.2 port 31 timed out',
    ),
    'throttled',
    'no-greeting',
    { host: ADDRESS, port: 31 },
  ],
  [
    'frozen after the greeting',
    own('Connection to 10.191.7.2 port 37 timed out'),
    'throttled',
    'no-greeting',
    { host: ADDRESS, port: 37 },
  ],
  [
    'a wrong key',
    own('root@10.191.7.2: Permission denied (publickey,keyboard-interactive).'),
    'auth',
    'denied',
    { user: 'root', host: ADDRESS, methods: 'publickey,keyboard-interactive' },
  ],
  [
    'a password in batch mode',
    own('root@10.191.7.2: Permission denied (publickey,password,keyboard-interactive).'),
    'auth',
    'denied',
    { user: 'root', host: ADDRESS, methods: 'publickey,password,keyboard-interactive' },
  ],
  [
    'a missing key',
    own(
      'no such identity: /home/me/.ssh/missing: No such file or directory',
      'root@10.191.7.2: Permission denied (publickey,keyboard-interactive).',
    ),
    'auth',
    'denied',
    { user: 'root', host: ADDRESS, methods: 'publickey,keyboard-interactive' },
  ],
  [
    'a banner that looks like an error, and a wrong key',
    [
      'Authorised use only.',
      'Permission denied (publickey).',
      ...own('root@10.191.7.2: Permission denied (publickey,keyboard-interactive).'),
    ],
    'auth',
    'denied',
    { user: 'root', host: ADDRESS, methods: 'publickey,keyboard-interactive' },
  ],
  [
    'MaxAuthTries',
    own(
      'Received disconnect from 10.191.7.2 port 26:2: Too many authentication failures',
      'Disconnected from 10.191.7.2 port 26',
    ),
    'auth',
    'too-many-keys',
    { host: ADDRESS, port: 26 },
  ],
  [
    'no common cipher',
    own(
      'Unable to negotiate with 10.191.7.2 port 22: no matching cipher found. Their offer: aes128-ctr,aes256-ctr',
    ),
    'auth',
    'nothing-in-common',
    { ...AT_22, what: 'cipher', offer: 'aes128-ctr,aes256-ctr' },
  ],
  [
    'a changed key',
    changedKey(KNOWN_HOSTS, ADDRESS),
    'host-key-changed',
    'key-changed',
    { host: ADDRESS, file: KNOWN_HOSTS, row: 1 },
  ],
  [
    'a changed key at another port',
    changedKey(KNOWN_HOSTS, '[10.191.7.2]:23'),
    'host-key-changed',
    'key-changed',
    { host: '[10.191.7.2]:23', file: KNOWN_HOSTS, row: 1 },
  ],
  [
    'a revoked key',
    own(
      'The ED25519 host key for 10.191.7.2 is marked as revoked.',
      'This could mean that a stolen key is being used to',
      'impersonate this host.',
      'ED25519 host key for 10.191.7.2 was revoked and you have requested strict checking.',
      'Host key verification failed.',
    ),
    'host-key-changed',
    'key-revoked',
    { host: ADDRESS },
  ],
  [
    'an unknown key, StrictHostKeyChecking=yes',
    own(
      'No ED25519 host key is known for 10.191.7.2 and you have requested strict checking.',
      'Host key verification failed.',
    ),
    'host-key-unknown',
    'key-unknown',
    { host: ADDRESS },
  ],
  [
    'an unknown key, and nobody to ask',
    own('Host key verification failed.'),
    'host-key-unknown',
    'key-not-confirmed',
  ],
  [
    'a remote port that is held (and one that is forbidden)',
    own('Error: remote port forwarding failed for listen port 8081'),
    'remote-port-held',
    'remote-port-held',
    { port: 8081 },
  ],
  [
    'a remote path that is held',
    own('Error: remote port forwarding failed for listen path /etc/hosts'),
    'remote-port-held',
    'remote-port-held',
    { path: '/etc/hosts' },
  ],
  [
    'a local port that is held',
    own(
      'bind [127.0.0.1]:28103: Address already in use',
      'channel_setup_fwd_listener_tcpip: cannot listen to port: 28103',
      'Could not request local forwarding.',
    ),
    'local-port-held',
    'local-port-held',
    { address: '127.0.0.1', port: 28103, reason: 'Address already in use' },
  ],
  [
    'a local address that is not there',
    own(
      'bind [10.200.200.200]:28105: Cannot assign requested address',
      'channel_setup_fwd_listener_tcpip: cannot listen to port: 28105',
      'Could not request local forwarding.',
    ),
    'local-port-held',
    'local-port-unusable',
    { address: '10.200.200.200', port: 28105, reason: 'Cannot assign requested address' },
  ],
  [
    'a local path that is held',
    own(
      'unix_listener: cannot bind to path /home/me/sock: Address already in use',
      'Could not request local forwarding.',
    ),
    'local-port-held',
    'local-port-held',
    { path: '/home/me/sock', reason: 'Address already in use' },
  ],
  [
    'a local port that is held, of a forward added to a master that refused',
    own(
      'mux_client_forward: forwarding request failed: Port forwarding failed',
      'muxclient: master forward request failed',
      'bind [127.0.0.1]:28103: Address already in use',
      'channel_setup_fwd_listener_tcpip: cannot listen to port: 28103',
      'Could not request local forwarding.',
    ),
    'local-port-held',
    'local-port-held',
    { address: '127.0.0.1', port: 28103, reason: 'Address already in use' },
  ],
  [
    'a bad option',
    [...own('unknown option -- Z'), ...USAGE_OF_9_2],
    'usage',
    'bad-usage',
    { problem: 'unknown option -- Z' },
  ],
  [
    'an option without its argument',
    [...own('option requires an argument -- L'), ...USAGE_OF_9_2],
    'usage',
    'bad-usage',
    { problem: 'option requires an argument -- L' },
  ],
  ['no host', USAGE_OF_9_2, 'usage', 'bad-usage'],
  [
    'a bad -o',
    own('command-line: line 0: Bad configuration option: foo'),
    'usage',
    'bad-usage',
    { problem: 'Bad configuration option: foo' },
  ],
  [
    'a bad value of -o',
    own("command-line line 0: Bad port 'abc'."),
    'usage',
    'bad-usage',
    { problem: "Bad port 'abc'." },
  ],
  [
    'a bad line in the config',
    own(
      "/home/me/.ssh/config line 2: Bad port 'abc'.",
      '/home/me/.ssh/config: terminating, 1 bad configuration options',
    ),
    'usage',
    'bad-config',
    { file: '/home/me/.ssh/config', row: 2, problem: "Bad port 'abc'." },
  ],
  [
    'two bad lines in the config',
    own(
      '/home/me/.ssh/config: line 2: Bad configuration option: foo',
      '/home/me/.ssh/config: line 3: Bad configuration option: baz',
      '/home/me/.ssh/config: terminating, 2 bad configuration options',
    ),
    'usage',
    'bad-config',
    { file: '/home/me/.ssh/config', row: 3, problem: 'Bad configuration option: baz' },
  ],
  [
    'no config',
    own("Can't open user config file /home/me/nothing: No such file or directory"),
    'usage',
    'bad-usage',
    { problem: "Can't open user config file /home/me/nothing: No such file or directory" },
  ],
  [
    'a bad -L',
    ["Bad local forwarding specification 'nonsense'"],
    'usage',
    'bad-usage',
    { problem: "Bad local forwarding specification 'nonsense'" },
  ],
  ['a bad -p', ["Bad port 'abc'"], 'usage', 'bad-usage', { problem: "Bad port 'abc'" }],
  [
    'a bad -c',
    ["Unknown cipher type 'nonsense'"],
    'usage',
    'bad-usage',
    { problem: "Unknown cipher type 'nonsense'" },
  ],
  [
    'a bad -J',
    own('Invalid -J argument'),
    'usage',
    'bad-usage',
    { problem: 'Invalid -J argument' },
  ],
  [
    'a bad host',
    own('hostname contains invalid characters'),
    'usage',
    'bad-usage',
    { problem: 'hostname contains invalid characters' },
  ],
  [
    'an unknown jump host',
    [...own('ssh: Could not resolve hostname nosuchjump: Name or service not known'), ...GONE],
    'unreachable',
    'unknown-name',
    { host: 'nosuchjump' },
  ],
  [
    'a jump host that refuses',
    [...own('ssh: connect to host 10.191.7.2 port 9: Connection refused'), ...GONE],
    'unreachable',
    'refused',
    { host: ADDRESS, port: 9 },
  ],
  [
    'a jump host that lets nobody in',
    [...own('root@10.191.7.2: Permission denied (publickey,keyboard-interactive).'), ...GONE],
    'auth',
    'denied',
    { user: 'root', host: ADDRESS, methods: 'publickey,keyboard-interactive' },
  ],
  [
    'a jump host with a changed key',
    [...changedKey(KNOWN_HOSTS, ADDRESS), ...GONE],
    'host-key-changed',
    'key-changed',
    { host: ADDRESS, file: KNOWN_HOSTS, row: 1 },
  ],
  [
    'a target that refuses the jump host',
    [
      ...own(
        'channel 0: open failed: connect failed: Connection refused',
        'stdio forwarding failed',
      ),
      ...GONE,
    ],
    'unreachable',
    'refused',
  ],
  [
    'a target whose name the jump host does not know',
    [
      ...own(
        'channel 0: open failed: connect failed: Temporary failure in name resolution',
        'stdio forwarding failed',
      ),
      ...GONE,
    ],
    'unreachable',
    'no-address',
    { reason: 'Temporary failure in name resolution' },
  ],
  [
    'a jump host that forwards nothing',
    [
      ...own(
        'channel 0: open failed: administratively prohibited: open failed',
        'stdio forwarding failed',
      ),
      ...GONE,
    ],
    'auth',
    'jump-forbidden',
    { reason: 'open failed' },
  ],
  [
    'a jump host with a banner that looks like an error, and a target that closes',
    ['Authorised use only.', 'Permission denied (publickey).', ...GONE],
    'throttled',
    'proxy-closed',
  ],
  [
    'a proxy command that is not there',
    ['/bin/bash: line 1: exec: nc: not found', ...GONE],
    'throttled',
    'proxy-closed',
  ],
  ['a proxy command that fails without a word', GONE, 'throttled', 'proxy-closed'],
  [
    'the session was killed',
    own('Connection to 10.191.7.2 closed by remote host.'),
    'dropped',
    'connection-lost',
    { host: ADDRESS },
  ],
  [
    'the connection was reset',
    own('client_loop: send disconnect: Broken pipe'),
    'dropped',
    'connection-lost',
    { reason: 'Broken pipe' },
  ],
  [
    'ServerAlive gave up',
    own('Timeout, server 10.191.7.2 not responding.'),
    'dropped',
    'no-answer',
    { host: ADDRESS },
  ],
];

/** Read in the sources of OpenSSH 6.0 to 10.5, or what other systems say in the same place; not provoked here. */
const FOUND: readonly Row[] = [
  [
    '6.0 to 7.9: closed before the greeting',
    own('ssh_exchange_identification: Connection closed by remote host'),
    'throttled',
    'closed-early',
  ],
  [
    '6.0 to 7.9: reset before the greeting',
    own('ssh_exchange_identification: read: Connection reset by peer'),
    'throttled',
    'closed-early',
  ],
  [
    '7.3 to 7.9: a jump host that refuses',
    own(
      'ssh: connect to host jump port 22: Connection refused',
      'ssh_exchange_identification: Connection closed by remote host',
    ),
    'unreachable',
    'refused',
    { host: 'jump', port: 22 },
  ],
  [
    '9.5 and later: closed before the greeting',
    own('Connection closed by 10.191.7.2 port 24'),
    'throttled',
    'closed-early',
    { host: ADDRESS, port: 24 },
  ],
  [
    '9.5 and later: a jump host that refuses',
    own(
      'ssh: connect to host jump port 22: Connection refused',
      'Connection closed by UNKNOWN port 65535',
    ),
    'unreachable',
    'refused',
    { host: 'jump', port: 22 },
  ],
  [
    '6.0 to 7.5: a wrong key',
    own('Permission denied (publickey,gssapi-keyex,gssapi-with-mic).'),
    'auth',
    'denied',
    { methods: 'publickey,gssapi-keyex,gssapi-with-mic' },
  ],
  [
    '6.0: too many keys',
    own('Received disconnect from 192.0.2.1: 2: Too many authentication failures for root'),
    'auth',
    'too-many-keys',
    { host: '192.0.2.1' },
  ],
  [
    'no ways left, as other servers say it',
    own(
      'Received disconnect from 192.0.2.1 port 22:14: No supported authentication methods available',
      'Disconnected from 192.0.2.1 port 22',
    ),
    'auth',
    'denied',
    { host: '192.0.2.1', port: 22 },
  ],
  [
    'too many connections, as the protocol has it',
    own(
      'Received disconnect from 192.0.2.1 port 22:12: too many',
      'Disconnected from 192.0.2.1 port 22',
    ),
    'throttled',
    'too-many-connections',
    { host: '192.0.2.1', port: 22 },
  ],
  [
    'asked to leave',
    own(
      'Received disconnect from 192.0.2.1 port 22:11: Bye',
      'Disconnected from 192.0.2.1 port 22',
    ),
    'dropped',
    'connection-lost',
    { host: '192.0.2.1', port: 22, reason: 'Bye' },
  ],
  [
    '6.0 to 8.4: a changed key',
    own(
      'Offending RSA key in /home/me/.ssh/known_hosts:12',
      'RSA host key for db.example has changed and you have requested strict checking.',
      'Host key verification failed.',
    ),
    'host-key-changed',
    'key-changed',
    { host: 'db.example', file: KNOWN_HOSTS, row: 12 },
  ],
  [
    '6.0: a local port that is held',
    own(
      'bind: Address already in use',
      'channel_setup_fwd_listener: cannot listen to port: 5432',
      'Could not request local forwarding.',
    ),
    'local-port-held',
    'local-port-held',
    { port: 5432 },
  ],
  [
    '7.2: a broken connection',
    own('packet_write_wait: Connection to 192.0.2.1 port 22: Broken pipe'),
    'dropped',
    'connection-lost',
    { host: '192.0.2.1', port: 22, reason: 'Broken pipe' },
  ],
  ['6.0: a broken connection', own('Write failed: Broken pipe'), 'dropped', 'connection-lost'],
  [
    'a connection that was reset',
    own('Read from remote host db.example: Connection reset by peer'),
    'dropped',
    'connection-lost',
    { host: 'db.example', reason: 'Connection reset by peer' },
  ],
  [
    'a damaged connection',
    own(
      'Bad packet length 1349676916.',
      'ssh_dispatch_run_fatal: Connection to 192.0.2.1 port 22: Connection corrupted',
    ),
    'dropped',
    'connection-lost',
    { host: '192.0.2.1', port: 22, reason: 'Connection corrupted' },
  ],
  [
    'no SSH server',
    own(
      'kex_exchange_identification: banner line contains invalid characters',
      'banner exchange: Connection to 192.0.2.1 port 80: invalid format',
    ),
    'unreachable',
    'no-ssh-there',
    { host: '192.0.2.1', port: 80 },
  ],
  [
    'timed out on macOS',
    own('ssh: connect to host db.example port 22: Operation timed out'),
    'unreachable',
    'timed-out',
    { host: 'db.example', port: 22 },
  ],
  [
    'no name on macOS',
    own('ssh: Could not resolve hostname db: nodename nor servname provided, or not known'),
    'unreachable',
    'unknown-name',
    { host: 'db' },
  ],
  [
    'offline',
    own('ssh: Could not resolve hostname db: Temporary failure in name resolution'),
    'unreachable',
    'no-address',
    { host: 'db', reason: 'Temporary failure in name resolution' },
  ],
  [
    'offline, by address',
    own('ssh: connect to host 2001:db8::1 port 22: Network is unreachable'),
    'unreachable',
    'no-route',
    { host: '2001:db8::1', port: 22 },
  ],
  [
    'a bad option, told by the C library',
    [
      ...own('ssh: illegal option -- Z'),
      'usage: ssh [-46AaCfGgKkMNnqsTtVvXxYyZ] [-B bind_interface]',
      '           destination [command]',
      '       ssh [-Q query_option]',
    ],
    'usage',
    'bad-usage',
    { problem: 'illegal option -- Z' },
  ],
  [
    'a config that others may write',
    own('Bad owner or permissions on /home/me/.ssh/config'),
    'usage',
    'bad-usage',
    { problem: 'Bad owner or permissions on /home/me/.ssh/config' },
  ],
];

describe.each<[title: string, rows: readonly Row[]]>([
  ['captured from OpenSSH 9.2', CAPTURED],
  ['found in other versions', FOUND],
])('%s', (_, rows) => {
  test.each(rows)('%s', (__, stderr, failureClass, cause, facts = {}) => {
    const found = failed(stderr);
    expect([found.class, found.cause]).toEqual([failureClass, cause]);
    expect(found.facts).toEqual(facts);
  });

  test.each(rows)('%s, with -v and the farewell of a proxy', (__, stderr, failureClass, cause) => {
    const around = [
      ...own('OpenSSH_9.2p1 Debian-2+deb12u10, OpenSSL 3.0.19', 'debug1: Connecting to x'),
      ...stderr.flatMap((line) => [...own('debug1: a line between'), line]),
      ...own('debug1: Exit status -1', 'Killed by signal 1.', ''),
    ];
    // The usage text and bare lines come before there is any log.
    if (cause === 'bad-usage' && !stderr.at(-1)!.endsWith('\r')) return;
    expect(failed(around)).toMatchObject({ class: failureClass, cause });
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
    [{ unrunnable: 'ssh: Too many open files' }, 'unknown', 'not-understood'],
    [{ unrunnable: 'ssh: Resource temporarily unavailable' }, 'unknown', 'not-understood'],
  ])('%j: %s (%s)', (exit, failureClass, cause) => {
    expect(failed([], { exit })).toMatchObject({ class: failureClass, cause });
    const healthy = failed([], { exit, wasHealthy: true });
    expect(healthy.class).toBe('unrunnable' in exit ? failureClass : 'dropped');
  });

  test('the words of a command at the other end are its own', () => {
    const stderr = ['ssh: connect to host db port 22: Connection refused'];
    expect(failed(stderr)).toMatchObject({ class: 'unknown', line: stderr[0] });
    expect(failed(own(stderr[0]!), { exit: ended(1) })).toMatchObject({ class: 'unknown' });
  });
});

describe('what was healthy was dropped, whatever it says at its end', () => {
  test.each([...CAPTURED, ...FOUND])('%s', (_, stderr, failureClass, cause) => {
    const { class: healthyClass, cause: healthyCause } = failed(stderr, { wasHealthy: true });
    expect(healthyClass).toBe('dropped');
    expect(healthyCause).toBe(failureClass === 'dropped' ? cause : 'connection-lost');
  });
});

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
  const ends = [...CAPTURED, ...FOUND].filter(
    ([, stderr, , cause]) =>
      stderr.at(-1)!.endsWith('\r') && cause !== 'proxy-closed' && cause !== 'closed-early',
  );
  const words = fc.constantFrom(...[...CAPTURED, ...FOUND].flatMap(([, stderr]) => stderr));

  test('in front of the last words changes nothing', () => {
    fc.assert(
      fc.property(fc.constantFrom(...ends), fc.array(words, { maxLength: 6 }), (end, banner) => {
        const [, stderr, failureClass] = end;
        expect(failed([...banner, ...own('Welcome'), ...stderr]).class).toBe(failureClass);
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
    fc.constantFrom(...[...CAPTURED, ...FOUND].flatMap(([, stderr]) => stderr)),
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
        expect(found.class).toBe(FAILURE_WORDS[found.cause].class);
        expect(found.sentence).toMatch(/[^.]$/);
        const { sentence, line: shown = '', remedy = '', facts } = found;
        const all = [sentence, shown, remedy, ...Object.values(facts).map(String)].join('');
        expect(all).not.toMatch(/\p{C}|undefined|NaN/u);
      }),
    );
  });
});

test('a very long line takes no time', () => {
  const long = 'ssh: connect to host '.padEnd(1_000_000, 'a port 1: ');
  const start = performance.now();
  expect(failed(own(long, `${'@'.repeat(100_000)}: Permission denied (x`)).class).toBe('unknown');
  expect(performance.now() - start).toBeLessThan(1000);
});

test('every known text leads to its own cause, or to a finer one of its own', () => {
  const reached = new Set([...CAPTURED, ...FOUND].map(([, , , cause]) => cause));
  for (const { cause } of [...ENDINGS, ...BARE_ENDINGS]) expect(reached).toContain(cause);
});

describe('the words for people', () => {
  const remedyOf = (stderr: readonly string[]) => failed(stderr).remedy;

  test.each([
    [ADDRESS, KNOWN_HOSTS, `ssh-keygen -f ${KNOWN_HOSTS} -R 10.191.7.2`],
    ['[10.191.7.2]:23', KNOWN_HOSTS, `ssh-keygen -f ${KNOWN_HOSTS} -R '[10.191.7.2]:23'`],
    ['$(reboot)', "/home/o'me/a b", `ssh-keygen -f '/home/o'\\''me/a b' -R '$(reboot)'`],
  ])('a changed key of %s in %s: %s', (name, file, command) => {
    expect(remedyOf(changedKey(file, name))).toContain(command);
  });

  test('no command begins a name with a dash', () => {
    expect(remedyOf(changedKey(KNOWN_HOSTS, '-oProxyCommand=x'))).not.toContain('ssh-keygen');
  });

  test.each([
    [
      own('ssh: connect to host db port 22: Connection refused'),
      'db port 22 refused the connection: nobody listens there',
    ],
    [
      own('me@db: Permission denied (publickey,password).'),
      'db did not let me in (it takes publickey, password)',
    ],
    [
      own('Error: remote port forwarding failed for listen port 80'),
      'the server did not give port 80: it is held, or not allowed',
    ],
    [own('something new'), 'ssh failed: something new'],
    [[], 'ssh failed and said nothing'],
  ])('%j: %s', (stderr, sentence) => {
    expect(failed(stderr).sentence).toBe(sentence);
  });
});

describe('forwards that an ssh goes without while it runs', () => {
  const causesOf = (stderr: readonly string[]) =>
    findRefusedForwards(stderr).map(({ cause, facts }) => [cause, facts.port]);

  test.each([
    // Captured from OpenSSH 9.2.
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

test.each([
  ['', []],
  ['a\r\nb\n', ['a\r', 'b']],
  ['a\r\nb', ['a\r', 'b']],
  ['\n\n', ['', '']],
])('%j is cut into %j', (text, lines) => {
  expect(stderrLines(text)).toEqual(lines);
});
