import { printableLine } from '@holdfast/text';
import type { Silence } from '../ssh-options/silence.ts';

/**
 * Why an ssh failed, more finely than the class says. Each cause belongs to one class, has one sentence,
 * and is known by the texts of `ENDINGS` (texts.ts), or by no text at all.
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
  | 'key-certificate-invalid'
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

/** What a text of ssh says about the failure: each fact only where it is known. */
export interface FailureFacts {
  readonly host?: string;
  readonly port?: number;
  readonly user?: string;
  /** The address that could not be bound. */
  readonly address?: string;
  /** A Unix socket. */
  readonly path?: string;
  /** A file, and the line in it. */
  readonly file?: string;
  readonly row?: number;
  /** Ways to log in that the server would have taken, or algorithms that it would. */
  readonly methods?: string;
  readonly what?: string;
  readonly offer?: string;
  /** The number of a user of this machine. */
  readonly uid?: string;
  /** What the other side, or a proxy, said in its own words. */
  readonly said?: string;
  /** What the system, or ssh, says itself. */
  readonly reason?: string;
  readonly problem?: string;
  /** The option that keeps ssh from saying why, and where it says it instead. */
  readonly silencedBy?: Silence;
  readonly status?: number;
  readonly signal?: string;
}

/** A line of stderr: `text` without its end, and whether it ended as ssh ends the lines of its own log. */
export interface Line {
  readonly text: string;
  readonly isOwn: boolean;
}

/** Longer than any line that ssh ends with. */
const LONGEST_LINE = 1000;

/** Reads a line that was cut at LF. */
export function readLine(raw: string): Line {
  const isOwn = raw.endsWith('\r');
  return { isOwn, text: printableLine((isOwn ? raw.slice(0, -1) : raw).slice(0, LONGEST_LINE)) };
}

/** The lines that ssh wrote to its log, and nobody else. */
export function own(lines: readonly Line[]): Line[] {
  return lines.filter(({ isOwn }) => isOwn);
}

/** What a line says, if it is this text; `undefined` if it is another. */
export function factsOf(pattern: RegExp, line: string): FailureFacts | undefined {
  const match = pattern.exec(line);
  if (match === null) return undefined;
  const found = Object.entries(match.groups ?? {}).filter(([, value]) => value !== undefined);
  return Object.fromEntries(found.map(([name, value]) => [name, toFact(name, value)]));
}

function toFact(name: string, value: string): string | number {
  return name === 'port' || name === 'row' ? Number(value) : value;
}

/** The other side, as far as it is known. */
export function target({ host, address, port }: FailureFacts): string {
  const name = host ?? address;
  if (name === undefined) return 'the server';
  return port === undefined ? name : `${name} port ${port}`;
}

/** What could not be listened at. */
export function listener({ port, path, address }: FailureFacts): string {
  if (path !== undefined) return `the path ${path}`;
  if (port === undefined) return address === undefined ? 'the port' : `the address ${address}`;
  return address === undefined ? `port ${port}` : `port ${port} at ${address}`;
}

/** What the system said, as the end of a sentence. */
export function because({ reason }: FailureFacts): string {
  return reason === undefined ? '' : `: ${reason}`;
}
