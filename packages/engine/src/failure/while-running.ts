import type { FailureReport } from '@holdfast/machines';
import {
  factsOf,
  own,
  readLine,
  type FailureCause,
  type FailureFacts,
  type Line,
} from './facts.ts';
import { failureOf, failureReport, type Failure } from './sentences.ts';
import {
  BIND_REFUSED,
  BIND_UNRESOLVED,
  NAME_UNKNOWN,
  PATH_REFUSED,
  PORT_REFUSED,
  REMOTE_REFUSED,
} from './texts.ts';

// What ssh says while it runs on: of forwards that it goes without, of ports that its server chose, and of connections that led nowhere.

/**
 * Finds the forwards that an ssh goes without, while it runs on: local ports that are held, whole or half, and remote ones that were
 * refused.
 *
 * Of a local port that is held at one of its two addresses, ssh tells only when it is the last one it tries, which is
 * 127.0.0.1. When it is ::1, it says nothing, unless with `-v`. Of a remote port that is held half, nobody says anything.
 */
export function findRefusedForwards(stderr: readonly string[]): readonly Failure[] {
  const lines = own(stderr.map(readLine));
  return [...localRefusals(lines), ...remoteRefusals(lines)];
}

const IN_USE = 'Address already in use';

const LOCAL_TEXTS = [BIND_REFUSED, BIND_UNRESOLVED, PATH_REFUSED, PORT_REFUSED];

/** Local forwards that could not be had, one failure for each port or path. */
export function localRefusals(lines: readonly Line[]): Failure[] {
  const found = new Map<number | string, Failure>();
  const whole = new Set(lines.flatMap(({ text }) => factsOf(PORT_REFUSED, text)?.port ?? []));
  for (const { text: line } of lines) {
    const facts = LOCAL_TEXTS.map((pattern) => factsOf(pattern, line)).find(
      (read) => read !== undefined,
    );
    const key = facts?.port ?? facts?.path ?? facts?.address;
    if (facts === undefined || key === undefined || found.has(key)) continue;
    const isHalf = facts.port !== undefined && !whole.has(facts.port);
    found.set(key, failureOf(bindCause(facts, isHalf), line, facts));
  }
  return [...found.values()];
}

function bindCause({ reason = IN_USE, path }: FailureFacts, isHalf: boolean): FailureCause {
  if (reason !== IN_USE) return 'local-port-unusable';
  if (path !== undefined) return 'local-path-taken';
  return isHalf ? 'local-port-half-held' : 'local-port-held';
}

/** Remote forwards that were refused, while ssh runs on. */
function remoteRefusals(lines: readonly Line[]): Failure[] {
  return lines.flatMap(({ text: line }) => {
    const facts = factsOf(REMOTE_REFUSED, line);
    if (facts === undefined) return [];
    const cause = facts.path === undefined ? 'remote-port-held' : 'remote-path-refused';
    return [failureOf(cause, line, facts)];
  });
}

/** What the server answered to a remote forward on ssh's command line or in ssh_config. */
export type RemoteAnswer =
  | { readonly refusal: FailureReport }
  /** It chose a port. `target`: where the forward leads, in ssh's words: `localhost:80`, a path with a port that means nothing, `socks:0`. */
  | { readonly port: number; readonly target: string };

/**
 * At LogLevel INFO and above.
 *
 * @see `ssh_confirm_remote_forward()` https://github.com/openssh/openssh-portable/blob/V_9_2_P1/ssh.c
 */
const ALLOCATED = /^Allocated port (?<port>\d{1,5}) for remote forward to (?<target>.+)$/;

const BEGINS = /^(?:Allocated port|Warning: remote port) /;

/**
 * Reads a line of ssh's stderr; `undefined` if it is about something else, or not ssh's own.
 *
 * @param raw - a line that was cut at LF, with the CR that ssh's own lines end with.
 */
export function readRemoteAnswer(raw: string): RemoteAnswer | undefined {
  if (!BEGINS.test(raw)) return undefined;
  const [refused] = findRefusedForwards([raw]);
  if (refused !== undefined) return { refusal: failureReport(refused) };
  const { isOwn, text } = readLine(raw);
  const { port, target } = (isOwn ? ALLOCATED.exec(text)?.groups : undefined) ?? {};
  return port === undefined || target === undefined ? undefined : { port: Number(port), target };
}

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
