import type { Reading } from './reading.ts';

/** ssh's -L, -R and -D, in this order. */
export type ForwardKind = 'local' | 'remote' | 'socks';

/** Where a forward listens: a port, on one address or on ssh's default, or a Unix socket. */
export type Listen =
  | { readonly kind: 'tcp'; readonly address: string | undefined; readonly port: number }
  | { readonly kind: 'unix'; readonly path: string };

/** Where a forward leads; `socks`: wherever the client of the port asks. */
export type Target =
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'unix'; readonly path: string }
  | { readonly kind: 'socks' };

/** A target in words, as ssh has it in its own. */
export function formatTarget(target: Target): string {
  if (target.kind === 'tcp') return `${target.host}:${target.port}`;
  return target.kind === 'unix' ? target.path : 'where a client asked';
}

/** One -L, -R or -D of a tunnel. */
export interface Forward {
  /** Which of ssh's options it is. */
  readonly kind: ForwardKind;
  /** As it was written: what ssh is given. */
  readonly text: string;
  /** Where it listens: on this side, of a remote forward on the other. */
  readonly listen: Listen;
  /** Where it leads. */
  readonly target: Target;
}

/** What a forward does, however it is written. */
export type ForwardEnds = Omit<Forward, 'text'>;

/** How a forward of each kind can be written, for messages. */
export const FORWARD_SHAPES: Readonly<Record<ForwardKind, string>> = {
  local:
    '"[address:]port:host:hostport", "[address:]port:/socket", "/socket:host:hostport" or "/socket:/socket"',
  remote:
    '"[address:]port:host:hostport", "[address:]port:/socket", "/socket:host:hostport", "/socket:/socket" or "[address:]port" for SOCKS',
  socks: '"[address:]port"',
};

const HIGHEST_PORT = 65_535;
/** Two names of hosts, or two paths, and their ports. */
const LONGEST_FORWARD = 1000;
/** The room in `sockaddr_un` on Linux, less the byte that ends the text. */
const LONGEST_SOCKET_PATH = 107;
/** An environment variable or a token of ssh may stand before the path: ssh expands both. */
const SOCKET_PATH = /^(?:\/|\$\{|%)/;

const TOO_MANY = 'has too many parts (an IPv6 address goes in brackets)';

class Refusal extends Error {}

/**
 * Reads a forward in the syntax of ssh's -L, -R or -D.
 *
 * Ports are numbers: names of services, which ssh takes too, mean different ports on different machines.
 *
 * @see ssh(1), -L, -R and -D; `parse_forward()`
 * https://github.com/openssh/openssh-portable/blob/V_9_2_P1/readconf.c
 */
export function parseForward(kind: ForwardKind, text: string): Reading<Forward> {
  try {
    const fields = splitFields(text);
    const count = listenFieldCount(fields, kind);
    const listen = readListen(fields.slice(0, count), kind);
    const target = readTarget(fields.slice(count), kind);
    return { value: { kind, text, listen, target } };
  } catch (error) {
    if (error instanceof Refusal) return { wrong: error.message };
    throw error;
  }
}

/** Reads `host:port` or a socket path: the target of a forward that stands alone. */
export function parseAddress(text: string): Reading<Exclude<Target, { kind: 'socks' }>> {
  try {
    const target = readTarget(splitFields(text), 'local');
    if (target.kind !== 'socks') return { value: target };
    return { wrong: 'names no host and port' };
  } catch (error) {
    if (error instanceof Refusal) return { wrong: error.message };
    throw error;
  }
}

interface Field {
  readonly text: string;
  readonly isPath: boolean;
}

const FIELD = /\[([^\]]*)\](?=:|$)|((?:\\.|[^\\:])*)/sy;

function splitFields(text: string): readonly Field[] {
  if (text.length > LONGEST_FORWARD)
    throw new Refusal(`is longer than ${LONGEST_FORWARD} characters`);
  if (/\p{Cc}/u.test(text)) throw new Refusal('has a control character in it');
  if (text.trim() !== text) throw new Refusal('has blanks around it');
  const fields: Field[] = [];
  for (let at = 0; at <= text.length; at += 1) {
    FIELD.lastIndex = at;
    const found = FIELD.exec(text);
    if (found === null || (found[1] === undefined && found[2]!.startsWith('['))) {
      throw new Refusal('has a "[" without its "]"');
    }
    at = FIELD.lastIndex;
    if (at < text.length && text[at] !== ':') throw new Refusal('ends in a lone "\\"');
    const field = found[1] ?? found[2]!.replace(/\\(.)/gs, '$1');
    fields.push({ text: field, isPath: field.includes('/') });
  }
  return fields;
}

/** How many of the fields say where to listen: an address may stand before a port, but never before a path. */
function listenFieldCount(fields: readonly Field[], kind: ForwardKind): number {
  if (kind === 'socks') return fields.length;
  if (fields[0]!.isPath) return 1;
  const targetFields = fields.at(-1)!.isPath ? 1 : 2;
  return fields.length > targetFields ? fields.length - targetFields : fields.length;
}

function readListen(fields: readonly Field[], kind: ForwardKind): Listen {
  const [first, second, ...more] = fields;
  if (more.length > 0) throw new Refusal(TOO_MANY);
  if (first!.isPath) {
    if (kind === 'socks') throw new Refusal('names a socket, where ssh takes a port');
    return { kind: 'unix', path: readPath(first!.text) };
  }
  const port = second ?? first!;
  const lowest = kind === 'remote' ? 0 : 1;
  return {
    kind: 'tcp',
    address: second === undefined ? undefined : first!.text,
    port: readPort(port.text, lowest, 'listen port'),
  };
}

function readTarget(fields: readonly Field[], kind: ForwardKind): Target {
  const [first, second, ...more] = fields;
  if (first === undefined) {
    if (kind !== 'local') return { kind: 'socks' };
    throw new Refusal('names no target');
  }
  if (more.length > 0) throw new Refusal(TOO_MANY);
  if (first.isPath) {
    if (second !== undefined) throw new Refusal('names a port behind a socket');
    return { kind: 'unix', path: readPath(first.text) };
  }
  if (first.text === '') throw new Refusal('names no target host');
  if (second === undefined) throw new Refusal('names no target port');
  return { kind: 'tcp', host: first.text, port: readPort(second.text, 1, 'target port') };
}

function readPort(text: string, lowest: number, what: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : -1;
  if (port >= lowest && port <= HIGHEST_PORT) return port;
  throw new Refusal(`has ${JSON.stringify(text)} as its ${what}, not ${lowest} to ${HIGHEST_PORT}`);
}

function readPath(path: string): string {
  if (!SOCKET_PATH.test(path)) {
    throw new Refusal(`has the socket path ${JSON.stringify(path)}, which is not absolute`);
  }
  const bytes = new TextEncoder().encode(path).length;
  if (path.startsWith('/') && !path.includes('%') && bytes > LONGEST_SOCKET_PATH) {
    throw new Refusal(`has a socket path of ${bytes} bytes, more than ${LONGEST_SOCKET_PATH}`);
  }
  return path;
}
