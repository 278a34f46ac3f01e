/**
 * The process of sshd that holds a connection of ours, and with it the ports of its remote forwards; each part as the server wrote it, and
 * as it may stand in a command.
 */
export interface ServerSession {
  /** Which run of the server's system. */
  readonly boot: string;
  /** The number of the pid namespace in which the account's commands run. */
  readonly pidNamespace: string;
  /** Of the account; the process runs as that user too. */
  readonly uid: string;
  readonly pid: string;
  /** In clock ticks since that boot: another process with the same pid has another. */
  readonly start: string;
  /** Since OpenSSH 9.8 `sshd-session`. */
  readonly name: string;
}

/** One of the things by which a session is known. */
export type SessionPart = keyof ServerSession;

/**
 * All that a part can be, in the order in which they are told. What is not, reaches no command: servers are strangers, and a file can hold
 * anything.
 */
const SHAPES: Readonly<Record<SessionPart, RegExp>> = {
  boot: /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/,
  pidNamespace: /^[1-9]\d{0,9}$/,
  uid: /^(?:0|[1-9]\d{0,9})$/,
  // Neither every process (0), nor the first.
  pid: /^(?:[2-9]|[1-9]\d{1,9})$/,
  start: /^(?:0|[1-9]\d{0,18})$/,
  name: /^sshd(?:-session)?$/,
};

/** The parts of a session, in the order in which they are told. */
export const SESSION_PARTS = Object.keys(SHAPES) as readonly SessionPart[];

/** Makes a session of what claims to be one; `undefined` if a single part is missing or not what it has to be. */
export function readSession(claimed: unknown): ServerSession | undefined {
  if (typeof claimed !== 'object' || claimed === null) return undefined;
  const parts = claimed as Readonly<Record<string, unknown>>;
  const isSession = SESSION_PARTS.every((part) => {
    const value = Object.hasOwn(parts, part) ? parts[part] : undefined;
    return typeof value === 'string' && SHAPES[part].test(value);
  });
  if (!isSession) return undefined;
  return Object.fromEntries(
    SESSION_PARTS.map((part) => [part, parts[part]]),
  ) as unknown as ServerSession;
}
