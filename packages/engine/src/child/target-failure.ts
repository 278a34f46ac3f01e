import { factsOf, readLine } from './failure-lines.ts';
import { NAME_UNKNOWN } from './failure-texts.ts';

/** What ssh says, while it runs, about a connection through a forward that led nowhere. */
export interface TargetFailure {
  /** Who tried: the server for -L and -D, this ssh for -R. */
  readonly side: 'far' | 'here';
  /** Whether it failed, was forbidden, or there was no room for it. */
  readonly kind: 'failed' | 'forbidden' | 'no-room';
  /** Where it was to lead: ssh says that only of what it tried itself. */
  readonly target?: string;
  /** Why, in a few words of ours; `undefined` where nobody says, or in words that are not known. */
  readonly reason?: TargetReason;
  /** The whole line. */
  readonly line: string;
}

/** Reasons that have words of their own: what systems say, and what is made of it. */
const REASONS = {
  'name not known': NAME_UNKNOWN,
  'names cannot be looked up there now': '.*name resolution.*|Non-recoverable failure.*',
  'connection refused': 'Connection refused',
  'no answer in time': '(?:Connection|Operation) timed out',
  'no route': 'No route to host|(?:Network|Host) is (?:unreachable|down)',
  'no such file': 'No such file or directory',
  'permission denied': 'Permission denied|Operation not permitted',
} as const;

export type TargetReason = keyof typeof REASONS;

const PATTERNS = Object.entries(REASONS).map(
  ([reason, text]) => [reason as TargetReason, new RegExp(`^(?:${text})$`)] as const,
);

/**
 * The server could not, or would not, connect. The number is that of the connection: the text names neither forward nor target. At LogLevel
 * INFO and above; what stands behind the kind is the server's, and can be anything.
 *
 * @see `channel_input_open_failure()` https://github.com/openssh/openssh-portable/blob/V_9_2_P1/channels.c
 */
const OPEN_FAILED =
  /^channel \d+: open failed: (?<what>administratively prohibited|connect failed|unknown channel type|resource shortage|unknown reason)(?:: (?<reason>.*))?$/;

const KIND_OF: Readonly<Record<string, TargetFailure['kind']>> = {
  'administratively prohibited': 'forbidden',
  'unknown channel type': 'forbidden',
  'resource shortage': 'no-room',
};

/**
 * This ssh could not connect to where a remote forward leads. At LogLevel ERROR and above.
 *
 * @see `connect_to_helper()`, `channel_post_connecting()` and `rdynamic_connect_prepare()` in the same file
 */
const CONNECT_FAILED = [
  /^connect_to (?<host>.+) port (?<port>\d+): failed\.$/,
  /^connect_to (?<host>.+): unknown host \((?<reason>.+)\)$/,
  /^connect_to (?<host>.+) port (?<port>\d+) failed: (?<reason>.+)$/,
  /^connect to (?<path>\/.+) port -?\d+ failed: (?<reason>.+)$/,
];

const DENIED =
  /^Received request to connect to host (?<host>.+) port (?<port>\d+), but the request was denied\.$/;

/**
 * Reads a line of ssh's stderr; `undefined` if it is about something else, or not ssh's own.
 *
 * @param raw - a line that was cut at LF, with the CR that ssh's own lines end with.
 */
export function readTargetFailure(raw: string): TargetFailure | undefined {
  const { isOwn, text: line } = readLine(raw);
  if (!isOwn) return undefined;
  return openFailure(line) ?? connectFailure(line);
}

/** Whether a line can be one of these: most of what a busy ssh says is about something else. */
export function canBeTargetFailure(raw: string): boolean {
  return /^(?:channel \d|connect[_ ]to |Received request to connect )/.test(raw);
}

function openFailure(line: string): TargetFailure | undefined {
  const { what, reason = '' } = OPEN_FAILED.exec(line)?.groups ?? {};
  if (what === undefined) return undefined;
  return { side: 'far', kind: KIND_OF[what] ?? 'failed', line, ...reasonIn(reason) };
}

function connectFailure(line: string): TargetFailure | undefined {
  const denied = factsOf(DENIED, line);
  if (denied !== undefined) return { side: 'here', kind: 'forbidden', line, ...targetIn(denied) };
  for (const pattern of CONNECT_FAILED) {
    const facts = factsOf(pattern, line);
    if (facts === undefined) continue;
    return { side: 'here', kind: 'failed', line, ...targetIn(facts), ...reasonIn(facts.reason) };
  }
  return undefined;
}

function targetIn({ host, port, path }: ReturnType<typeof factsOf> & object): {
  readonly target?: string;
} {
  if (path !== undefined) return { target: path };
  if (host === undefined) return {};
  return { target: port === undefined ? host : `${host}:${port}` };
}

function reasonIn(said = ''): { readonly reason?: TargetReason } {
  const found = PATTERNS.find(([, pattern]) => pattern.test(said));
  return found === undefined ? {} : { reason: found[0] };
}
