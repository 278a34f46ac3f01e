/**
 * Why an ssh failed, more finely than the class says. Each cause belongs to one class, has one sentence,
 * and is known by the texts of `ENDINGS`, or by no text at all.
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
  | 'closed-at-login'
  | 'too-many-connections'
  | 'penalised'
  | 'denied'
  | 'typed-only'
  | 'account-expired'
  | 'key-locked'
  | 'key-exposed'
  | 'key-unusable'
  | 'key-missing'
  | 'agent-refused'
  | 'too-many-keys'
  | 'nothing-in-common'
  | 'jump-forbidden'
  | 'key-changed'
  | 'key-revoked'
  | 'key-unknown'
  | 'key-not-confirmed'
  | 'certificate-invalid'
  | 'remote-port-held'
  | 'remote-path-refused'
  | 'local-port-held'
  | 'local-port-half-held'
  | 'local-port-unusable'
  | 'local-path-taken'
  | 'bad-usage'
  | 'bad-config'
  | 'config-exposed'
  | 'path-too-long'
  | 'ssh-missing'
  | 'ssh-broken'
  | 'nothing-left'
  | 'no-user-here'
  | 'no-control-socket'
  | 'connection-lost'
  | 'no-answer'
  | 'dropped-by-signal'
  | 'dropped-in-peace'
  | 'dropped-with-status'
  | 'killed'
  | 'ended-well'
  | 'ended-with-status'
  | 'silenced'
  | 'not-understood';

/** A text that OpenSSH's client writes; its named groups are facts. */
export interface KnownText {
  readonly cause: FailureCause;
  readonly pattern: RegExp;
}

// The parts that users choose stand where they can be anything, between words that ssh always writes; all patterns hold
// from the first character to the last.
const AT = String.raw`(?:UNKNOWN|(?<host>\S+)) port (?<port>\d+)`;
export const REASON = '(?<reason>.+)';
const PROGRAM = String.raw`[\w.+-]+`;

/** Makes the texts of a cause; each pattern holds from the first character of a line to the last. */
export const text = (cause: FailureCause, ...patterns: readonly string[]): KnownText[] =>
  patterns.map((pattern) => ({ cause, pattern: new RegExp(`^(?:${pattern})$`) }));

/** What systems say when they have run out of something, in the words of Linux, macOS and the BSDs. */
export const LACKS = [
  'Too many open files(?: in system)?',
  'Cannot allocate memory',
  'Memory allocation failure',
  'Out of memory',
  'Resource temporarily unavailable',
  'No buffer space available',
  'No space left on device',
].join('|');

const CONNECT = String.raw`${PROGRAM}: connect to (?:host (?<host>.+)|address (?<address>.+)) port (?<port>\d+): `;

/** What the systems say of a name that nobody knows. */
export const NAME_UNKNOWN = [
  'Name or service not known',
  'nodename nor servname provided, or not known',
  'No address associated with hostname',
  'Name does not resolve',
  'Unknown host',
  'No such host is known\\. ?',
].join('|');

const CONFIG_PROBLEM = [
  'Bad .+',
  '[Mm]issing (?:\\w+ )*(?:argument|value)\\.',
  '[Ii]nvalid .+',
  'unsupported .+',
  'garbage at end of line; .+',
  '[Tt]oo many .+',
  'bad include path .+',
  'RekeyLimit too small',
  'integer value .+',
].join('|');

/**
 * The last words of ssh, by cause. The first match counts.
 *
 * @see OpenSSH-portable: `sshconnect.c`, `sshconnect2.c`, `kex.c`, `packet.c`, `clientloop.c`, `ssh.c`, `readconf.c`.
 */
export const ENDINGS: readonly KnownText[] = [
  // What this machine lacks.
  ...text('no-user-here', 'No user exists for uid (?<uid>\\d+)'),
  ...text(
    'no-control-socket',
    `unix_listener: cannot bind to path (?<path>.+)\\.\\w{16}: ${REASON}`,
  ),
  ...text(
    'nothing-left',
    `fork failed: ${REASON}`,
    `Could not create (?:pipes|socket ?pair) to communicate with (?:the )?proxy(?: dialer)?: ${REASON}`,
    `${PROGRAM}: Could not resolve hostname .*: (?<reason>${LACKS})`,
    `${CONNECT}(?<reason>${LACKS})`,
    'x(?:malloc|calloc|(?:re|recalloc)[a-z]*): (?<reason>out of memory)(?: .*)?',
    `(?:socket|pipe|socketpair|dup|unix_listener): (?:.*: )?(?<reason>${LACKS})`,
  ),
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
    'Protocol major versions differ: \\d+ vs\\. \\d+',
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
    '[a-z]+_exchange_identification: (?:Connection closed by remote host|(?:read|write): .+)',
    'write: (?:Broken pipe|Connection reset by peer)',
    `banner exchange: Connection to ${AT}: (?:Connection closed|Broken pipe|Connection reset by peer)`,
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
  ...text('key-changed', 'Error: forwarding disabled due to host key check failure'),
  // Forwards.
  ...text('remote-port-held', 'Error: remote port forwarding failed for listen port (?<port>\\d+)'),
  ...text(
    'remote-path-refused',
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
  ...text('config-exposed', 'Bad owner or permissions on (?<file>.+)'),
  ...text(
    'path-too-long',
    'unix_listener: path "(?<path>.+?)(?:\\.\\w{16})?" too long for Unix domain socket',
    "ControlPath too long \\('(?<path>.+)' >= \\d+ bytes\\)",
  ),
  ...text('bad-config', '(?<file>.+): terminating, \\d+ bad configuration options'),
  ...text(
    'bad-usage',
    'command-line:? line 0: (?<problem>.+)',
    "(?<problem>Can't open user config file .+)",
    '(?<problem>(?:hostname|remote username) contains invalid characters)',
    '(?<problem>Invalid -J argument|jumphost loop via .+|Cannot specify -J with ProxyCommand)',
    '(?<problem>Only a single -J option (?:is )?permitted(?: .+)?|inconsistent options: .+)',
    '(?<problem>Host directive not supported as a command-line option)',
    '(?<problem>Privileged ports can only be forwarded by root\\.)',
    '(?<problem>Cannot (?:execute command-line and remote command|fork into background without a command to execute)\\.)',
  ),
  // Until 8.4, the first bad line of a file is the last word.
  ...text('bad-config', `(?<file>.+?) line (?<row>\\d+): (?<problem>${CONFIG_PROBLEM})`),
];

/** Usage errors that ssh writes before its log is open: ended with a mere LF, as others' lines are. */
export const BARE_ENDINGS: readonly KnownText[] = text(
  'bad-usage',
  "(?<problem>Bad (?:local|remote|dynamic|stdio) forwarding specification '.*')",
  "(?<problem>Bad (?:port|tun device) '.*')",
  "(?<problem>Bad escape character '.*'\\.?)",
  "(?<problem>Unknown (?:cipher|mac) type '.*')",
);
