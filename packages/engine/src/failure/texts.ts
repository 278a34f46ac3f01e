import type { FailureCause } from './facts.ts';

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

/** Makes the texts of a cause; each pattern holds from the first character of a line to the last. */
const text = (cause: FailureCause, ...patterns: readonly string[]): KnownText[] =>
  patterns.map((pattern) => ({ cause, pattern: new RegExp(`^(?:${pattern})$`) }));

/** What systems say when they have run out of something, in the words of Linux, macOS and the BSDs. */
const LACKS = [
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

// What stands above the last words, and says why.

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

/** What stands above `Error: forwarding disabled due to host key check failure`, when the key was not only another one. */
export const KEY_REVOKED = /^The \S+ host key for (?<host>.+) is marked as revoked\.$/;

/** Names the entry of a known_hosts file that does not agree. */
export const OFFENDING_KEY = /^Offending \S+ key in (?<file>.+):(?<row>\d+)$/;

/** Why an address could not be bound. Of several addresses of one port OpenSSH tells only of the last one. */
export const BIND_REFUSED = /^bind \[(?<address>.+)\]:(?<port>\d+): (?<reason>.+)$/;

/** The address of a listener has no meaning here. */
export const BIND_UNRESOLVED =
  /^channel_setup_fwd_listener(?:_tcpip)?: getaddrinfo\((?<address>.+)\): (?<reason>.+)$/;

/** No address of the port could be bound. */
export const PORT_REFUSED =
  /^channel_setup_fwd_listener(?:_tcpip)?: cannot listen to port: (?<port>\d+)$/;

/** A Unix socket could not be bound. */
export const PATH_REFUSED = /^unix_listener: cannot bind to path (?<path>.+): (?<reason>.+)$/;

/** A remote forward was refused, and ssh goes on without it. The port can be any number, also a negative one: see `ForwardRecord.refusalOf`. */
export const REMOTE_REFUSED =
  /^Warning: remote port forwarding failed for listen (?:port (?<port>-?\d+)|path (?<path>.+))$/;

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

/**
 * The proxy, whatever it was, has gone: ssh has no address to tell. The text depends on whether it went before ssh had sent its
 * greeting, or after.
 */
export const PROXY_GONE =
  /^(?:Connection (?:closed|reset) by UNKNOWN port 65535|banner exchange: Connection to UNKNOWN port 65535: (?:Connection closed|Broken pipe|Connection reset by peer))$/;

/** What stands above that, and before OpenSSH 8.3 is all there is, proxy or not. */
export const GREETING_FAILED =
  /^(?:[a-z]+_exchange_identification: .*|write: (?:Broken pipe|Connection reset by peer))$/;

/** What stands above `connect to host … port …: failure`, when this side could not even try. */
export const NOT_TRIED = /^(?<reason>(?:(?:bind|getifaddrs:|getaddrinfo:) \S+|socket): .+)$/;

/** What a system says that has run out of something. */
export const LACK = new RegExp(`(?:^|: )(?<reason>${LACKS})$`);

/** Stands above `Host key verification failed.`, when ssh could not read which keys it knows. */
export const KNOWN_HOSTS_UNREAD = /^\w+: hostkeys_foreach failed for (?<file>.+): (?<reason>.+)$/;

/** The same, when the server's certificate is not good: it is another's, or is too old. */
export const CERTIFICATE_INVALID = /^Certificate invalid: (?<reason>.+)$/;

/**
 * What ssh says of the keys that it could not use; above `Permission denied`.
 *
 * @see `load_identity_file()` in OpenSSH's sshconnect2.c, `sshkey_perm_ok()` in authfile.c
 */
export const KEY_TROUBLES: readonly KnownText[] = [
  ...text('nothing-left', `(?:Load key|no such identity:?) .+: (?<reason>${LACKS})`),
  ...text('key-exposed', 'Load key "(?<file>.+)": bad permissions'),
  ...text(
    'key-locked',
    'Load key "(?<file>.+)": incorrect passphrase supplied to decrypt private key',
  ),
  ...text(
    'key-missing',
    'no such identity: (?<file>.+): (?<reason>No such file or directory|Not a directory)',
    'Load key "(?<file>.+)": (?<reason>No such file or directory)',
  ),
  ...text(
    'key-unusable',
    `Load key "(?<file>.+)": ${REASON}`,
    `no such identity: (?<file>.+): ${REASON}`,
  ),
  ...text(
    'agent-refused',
    `sign_and_send_pubkey: signing failed for \\S+ "(?<file>.*)" from agent: ${REASON}`,
    `sign_and_send_pubkey: signing failed(?: for .+)?: (?<reason>agent refused operation|communication with agent failed)`,
  ),
];

/** What stands around `Load key …: bad permissions`. @see `sshkey_perm_ok()` in OpenSSH's authfile.c */
export const KEY_EXPOSED_BOX =
  /^(?:@+|@ +WARNING: UNPROTECTED PRIVATE KEY FILE! +@|Permissions 0\d+ for '.+' are too open\.|It is (?:required|recommended) that your private key files are NOT accessible by others\.|This private key will be ignored\.)$/;

/** Written before ssh has a log, and so with a mere LF. @see `add_identity_file()` calls in OpenSSH's ssh.c */
export const KEY_NOT_THERE =
  /^Warning: Identity file (?<file>.+) not accessible: (?<reason>.+?)\.?$/;

/** What PAM has sshd say before it closes the connection. @see pam_unix(8) */
export const ACCOUNT_EXPIRED =
  /^Your account has expired; please contact your system administrator\.?$/;

/** What the dynamic linker says when it cannot begin with a program. */
export const NOT_LINKED =
  /^\S+: error while loading shared libraries: (?<problem>[^:]+: (?<reason>.+))$/;

/** Of what the linker says, what is so only for now. `Error 24` is EMFILE, 23 ENFILE, 12 ENOMEM. */
export const NOT_LINKED_NOW =
  /(?:: Error (?:12|23|24)|failed to map segment from shared object|cannot allocate memory.*)$/;

const POST_QUANTUM = [
  'WARNING: connection is not using a post-quantum key exchange algorithm\\.',
  'This session may be vulnerable to .+',
  'The server may need to be upgraded\\. .+',
].join('|');

/** Words that say nothing about the end, and may stand behind it. Since 10.1, ssh warns of older servers. */
export const NOISE = new RegExp(
  `^(?:|OpenSSH_\\S+ .*|debug[1-3]: .*|Killed by signal \\d+\\.|Transferred: sent .*|Bytes per second: sent .*|\\*\\* (?:${POST_QUANTUM}))$`,
);
