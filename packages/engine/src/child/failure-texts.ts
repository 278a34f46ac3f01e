/**
 * Why an ssh failed, more finely than the class says. Each cause belongs to one class, has one sentence,
 * and is known by the texts of {@link ENDINGS}, or by no text at all.
 */
export type FailureCause =
  | 'refused'
  | 'timed-out'
  | 'no-route'
  | 'no-connection'
  | 'no-address'
  | 'unknown-name'
  | 'no-ssh-there'
  | 'closed-early'
  | 'no-greeting'
  | 'proxy-closed'
  | 'too-many-connections'
  | 'denied'
  | 'too-many-keys'
  | 'nothing-in-common'
  | 'jump-forbidden'
  | 'key-changed'
  | 'key-revoked'
  | 'key-unknown'
  | 'key-not-confirmed'
  | 'remote-port-held'
  | 'local-port-held'
  | 'local-port-half-held'
  | 'local-port-unusable'
  | 'bad-usage'
  | 'bad-config'
  | 'ssh-missing'
  | 'connection-lost'
  | 'no-answer'
  | 'killed'
  | 'ended-well'
  | 'ended-with-status'
  | 'not-understood';

/** A text that OpenSSH's client writes; its named groups are facts. */
export interface KnownText {
  readonly cause: FailureCause;
  readonly pattern: RegExp;
}

// The parts that users choose stand where they can be anything, between words that ssh always writes; all patterns hold
// from the first character to the last.
const AT = String.raw`(?:UNKNOWN|(?<host>\S+)) port (?<port>\d+)`;
const REASON = '(?<reason>.+)';
const PROGRAM = String.raw`[\w.+-]+`;

const text = (cause: FailureCause, ...patterns: readonly string[]): KnownText[] =>
  patterns.map((pattern) => ({ cause, pattern: new RegExp(`^(?:${pattern})$`) }));

const CONNECT = String.raw`${PROGRAM}: connect to (?:host (?<host>.+)|address (?<address>.+)) port (?<port>\d+): `;

const NAME_UNKNOWN = [
  'Name or service not known',
  'nodename nor servname provided, or not known',
  'No address associated with hostname',
  'Name does not resolve',
  'Unknown host',
  'No such host is known\\. ?',
].join('|');

/**
 * The last words of ssh, by cause. The first match counts.
 *
 * @see OpenSSH-portable: `sshconnect.c`, `sshconnect2.c`, `kex.c`, `packet.c`, `clientloop.c`, `ssh.c`, `readconf.c`.
 */
export const ENDINGS: readonly KnownText[] = [
  // Before there is a connection.
  ...text('refused', `${CONNECT}Connection refused`),
  ...text('timed-out', `${CONNECT}(?:Connection|Operation) timed out`),
  ...text('no-route', `${CONNECT}(?:No route to host|(?:Network|Host) is (?:unreachable|down))`),
  ...text('no-connection', CONNECT + REASON),
  ...text(
    'unknown-name',
    `${PROGRAM}: Could not resolve hostname (?<host>[^.:]+): (?:${NAME_UNKNOWN})`,
  ),
  ...text('no-address', `${PROGRAM}: Could not resolve hostname (?<host>.*): ${REASON}`),
  // Before anybody is let in.
  ...text(
    'no-ssh-there',
    `banner exchange: Connection to ${AT}: (?:invalid format|could not read protocol version)`,
    '[a-z_]*exchange_identification: (?:banner line (?:too long|contains invalid characters)|No SSH version received in .+)',
  ),
  ...text(
    'no-greeting',
    'Connection timed out during banner exchange',
    `Connection to ${AT} timed out`,
  ),
  ...text(
    'closed-early',
    `Connection (?:closed|reset) by ${AT}`,
    String.raw`Connection closed by (?<host>\S+)`,
    '[a-z]+_exchange_identification: (?:Connection closed by remote host|read: .+)',
    'banner exchange: Connection to \\S+ port \\d+: (?:Connection closed|Broken pipe|Connection reset by peer)',
  ),
  ...text('too-many-connections', `Received disconnect from ${AT}:12: .*`),
  ...text(
    'denied',
    String.raw`(?:(?<user>.+)@(?<host>[^@]+): )?Permission denied \((?<methods>[\w@.,-]*)\)\.`,
    'Authentication failed\\.',
    `Received disconnect from ${AT}:1[345]: .*`,
  ),
  ...text(
    'too-many-keys',
    `Received disconnect from ${AT}:2: Too many authentication failures.*`,
    String.raw`Received disconnect from (?<host>\S+): 2: Too many authentication failures.*`,
  ),
  ...text(
    'nothing-in-common',
    `Unable to negotiate with ${AT}: no matching (?<what>.+) found\\. Their offer: (?<offer>.*)`,
  ),
  ...text('key-not-confirmed', 'Host key verification failed\\.'),
  // Forwards.
  ...text(
    'remote-port-held',
    'Error: remote port forwarding failed for listen port (?<port>\\d+)',
    'Error: remote port forwarding failed for listen path (?<path>.+)',
  ),
  ...text('local-port-held', 'Could not request local forwarding\\.'),
  ...text('jump-forbidden', 'stdio forwarding failed'),
  // After somebody was let in.
  ...text(
    'connection-lost',
    'Connection to (?<host>.+) closed by remote host\\.',
    '(?:Shared c|C)onnection to (?<host>.+) closed\\.',
    `Read from remote host (?<host>.+?): ${REASON}`,
    `client_loop: send disconnect: ${REASON}`,
    `(?:packet_write_wait|packet_write_poll): Connection to ${AT}: ${REASON}`,
    `ssh_dispatch_run_fatal: Connection to ${AT}: (?<reason>Broken pipe|Connection (?:reset by peer|corrupted|timed out)|Operation timed out|message authentication code incorrect)`,
    'Write failed: Broken pipe',
    `Received disconnect from ${AT}:\\d+: ${REASON}`,
    String.raw`Received disconnect from (?<host>\S+): \d+: (?<reason>.+)`,
    `Disconnected from ${AT}`,
  ),
  ...text('no-answer', 'Timeout, server (?<host>.+) not responding\\.'),
  // Before ssh does anything.
  ...text('bad-config', '(?<file>.+): terminating, \\d+ bad configuration options'),
  ...text(
    'bad-usage',
    'command-line:? line 0: (?<problem>.+)',
    '(?<problem>Bad owner or permissions on .+)',
    "(?<problem>Can't open user config file .+)",
    '(?<problem>(?:hostname|remote username) contains invalid characters)',
    '(?<problem>Invalid -J argument|jumphost loop via .+|Cannot specify -J with ProxyCommand)',
    '(?<problem>Only a single -J option is permitted .+|inconsistent options: .+)',
    '(?<problem>Host directive not supported as a command-line option)',
    '(?<problem>Privileged ports can only be forwarded by root\\.)',
    '(?<problem>unix_listener: path ".+" too long for Unix domain socket)',
    '(?<problem>No user exists for uid \\d+)',
    '(?<problem>Cannot (?:execute command-line and remote command|fork into background without a command to execute)\\.)',
  ),
];

/** Usage errors that ssh writes before its log is open: ended with a mere LF, as others' lines are. */
export const BARE_ENDINGS: readonly KnownText[] = text(
  'bad-usage',
  "(?<problem>Bad (?:local|remote|dynamic) forwarding specification '.*')",
  "(?<problem>Bad (?:port|escape character) '.*')",
  "(?<problem>Unknown (?:cipher|mac) type '.*')",
);

/** The first line of the usage text; only lines that begin with blanks follow. */
export const USAGE = /^usage: ssh \[/;

/** What stands above the usage text, when it was an option that ssh did not understand. */
export const BAD_OPTION =
  /^(?:[\w.+-]+: )?(?<problem>(?:unknown|invalid|illegal) option -- .+|option requires an argument -- .+)$/;

/** What stands above `terminating, … bad configuration options`. */
export const BAD_CONFIG_LINE = /^(?<file>.+?):? line (?<row>\d+): (?<problem>.+)$/;

/** What stands above `Host key verification failed.` */
export const HOST_KEY_TEXTS: readonly KnownText[] = [
  ...text(
    'key-changed',
    '(?:\\S+ host|Host) key for (?<host>.+) has changed and you have requested strict checking\\.',
  ),
  ...text(
    'key-revoked',
    '\\S+ host key for (?<host>.+) was revoked and you have requested strict checking\\.',
    'Host key \\S+ \\S+ revoked by file (?<file>.+)',
  ),
  ...text(
    'key-unknown',
    'No \\S+ host key is known for (?<host>.+) and you have requested strict checking\\.',
  ),
];

/** Names the entry of a known_hosts file that does not agree. */
export const OFFENDING_KEY = /^Offending \S+ key in (?<file>.+):(?<row>\d+)$/;

/** Why an address could not be bound. Of several addresses of one port OpenSSH tells only of the last one. */
export const BIND_REFUSED = /^bind \[(?<address>.+)\]:(?<port>\d+): (?<reason>.+)$/;

/** No address of the port could be bound. */
export const PORT_REFUSED =
  /^channel_setup_fwd_listener(?:_tcpip)?: cannot listen to port: (?<port>\d+)$/;

/** A Unix socket could not be bound. */
export const PATH_REFUSED = /^unix_listener: cannot bind to path (?<path>.+): (?<reason>.+)$/;

/** A remote forward was refused, and ssh goes on without it. */
export const REMOTE_REFUSED =
  /^Warning: remote port forwarding failed for listen (?:port (?<port>\d+)|path (?<path>.+))$/;

/** Why the jump host did not connect; what follows is `stdio forwarding failed`. */
export const JUMP_REFUSED: readonly KnownText[] = [
  ...text('refused', 'channel \\d+: open failed: connect failed: Connection refused'),
  ...text(
    'timed-out',
    'channel \\d+: open failed: connect failed: (?:Connection|Operation) timed out',
  ),
  ...text(
    'no-route',
    'channel \\d+: open failed: connect failed: (?:No route to host|(?:Network|Host) is (?:unreachable|down))',
  ),
  ...text(
    'no-address',
    `channel \\d+: open failed: connect failed: (?<reason>.*(?:name resolution|${NAME_UNKNOWN}))`,
  ),
  ...text('jump-forbidden', `channel \\d+: open failed: administratively prohibited: ${REASON}`),
  ...text('no-connection', `channel \\d+: open failed: ${REASON}`),
];

/** The proxy, whatever it was, has gone: ssh has no address to tell. */
export const PROXY_GONE = /^Connection (?:closed|reset) by UNKNOWN port 65535$/;

/** What stands above that, and in OpenSSH before 8.0 is all there is, proxy or not. */
export const GREETING_FAILED = /^[a-z]+_exchange_identification: .*$/;

/** Words that say nothing about the end, and may stand behind it. */
export const NOISE =
  /^(?:|debug[1-3]: .*|Killed by signal \d+\.|Transferred: sent .*|Bytes per second: sent .*)$/;
