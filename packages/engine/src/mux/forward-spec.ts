import {
  checkForward,
  connectEndpoint,
  isUnixEndpoint,
  type Endpoint,
  type ForwardSpec,
  type TcpEndpoint,
} from './forward.ts';
import { isMuxError, MuxError } from './mux-error.ts';

const SYNTAX = {
  local: '-L [address:]port:host:hostport',
  remote: '-R [address:]port[:host:hostport]',
  dynamic: '-D [address:]port',
} as const;

/**
 * Reads a forward as it stands behind ssh's -L (`local`), -R (`remote`) or -D (`dynamic`).
 *
 * Throws a {@link MuxError} `bad-forward` that says what is wrong. Ports are numbers: names of services are not looked up. Variables
 * (`${HOME}`) are not filled in.
 *
 * @see ssh(1), -L, -R and -D.
 * @example
 * parseForward('local', '[::1]:8080:localhost:80');
 * // { kind: 'local', listen: { host: '::1', port: 8080 }, connect: { host: 'localhost', port: 80 } }
 */
export function parseForward(kind: ForwardSpec['kind'], text: string): ForwardSpec {
  try {
    return checkForward(readForward(kind, readFields(text.trimStart())));
  } catch (error) {
    if (!isMuxError(error)) throw error;
    const expected = `${SYNTAX[kind]}, with a path in place of a port if it is a Unix socket`;
    throw new MuxError(
      'bad-forward',
      `forward "${text}": ${error.message}; it should be ${expected}`,
    );
  }
}

/** Writes a forward as it stands behind ssh's -L, -R or -D. */
export function formatForward(spec: ForwardSpec): string {
  const ends = [spec.listen, connectEndpoint(spec)];
  return ends.flatMap((end) => (end === undefined ? [] : formatEndpoint(end))).join(':');
}

interface Field {
  readonly text: string;
  readonly isPath: boolean;
}

function readForward(kind: ForwardSpec['kind'], fields: readonly Field[]): ForwardSpec {
  const last = fields.at(-1);
  const isListenOnly = kind === 'dynamic' || (kind === 'remote' && fields.length <= 2);
  const connectFields = fields.length > 1 && last?.isPath ? 1 : isListenOnly ? 0 : 2;
  const cut = Math.max(fields.length - connectFields, 0);
  const listen = readListen(fields.slice(0, cut));
  const connect = readConnect(fields.slice(cut));
  // What is still missing, or too much, is found by the check.
  const ends = connect === undefined ? { listen } : { listen, connect };
  if (kind === 'dynamic' && connect !== undefined) throw bad('SOCKS leads to no fixed place');
  return { kind, ...ends } as ForwardSpec;
}

function readListen(fields: readonly Field[]): Endpoint {
  const [first, second] = fields;
  if (first === undefined) throw bad('too few parts');
  if (fields.length > 2) throw bad('too many parts');
  if (second === undefined) return first.isPath ? { path: first.text } : { port: readPort(first) };
  if (first.isPath) throw bad(`a port behind the path ${first.text}`);
  // ssh takes an empty address for every address.
  return { host: first.text === '' ? '*' : first.text, port: readPort(second) };
}

function readConnect([first, second]: readonly Field[]): Endpoint | undefined {
  if (first === undefined) return undefined;
  if (second === undefined) return first.isPath ? { path: first.text } : { port: readPort(first) };
  if (first.isPath) throw bad(`${first.text} cannot be a host`);
  return { host: first.text, port: readPort(second) };
}

function readPort({ text }: Field): number {
  if (!/^\d+$/.test(text)) throw bad(`"${text}" is no port`);
  return Number(text);
}

/** Cuts at the colons that are neither in brackets nor behind a backslash; one at the very end counts for nothing. */
function readFields(text: string): Field[] {
  const fields: Field[] = [];
  for (let at = 0; at < text.length;) {
    const [field, size] =
      text[at] === '[' ? readBracketed(text.slice(at)) : readBare(text.slice(at));
    fields.push(field);
    at += size;
  }
  return fields;
}

function readBracketed(text: string): [field: Field, size: number] {
  const [all, inside = ''] = /^\[([^\]]*)\](?::|$)/.exec(text) ?? [];
  if (all === undefined) throw bad(`"${text}" has a bracket that does not close before a colon`);
  return [{ text: inside, isPath: inside.includes('/') }, all.length];
}

function readBare(text: string): [field: Field, size: number] {
  const [all, inside = ''] = /^((?:[^\\:]|\\.)*)(?::|$)/s.exec(text) ?? [];
  if (all === undefined) throw bad('a backslash at the end');
  const isPath = inside.replaceAll(/\\./gs, '').includes('/');
  return [{ text: inside.replaceAll(/\\(.)/gs, '$1'), isPath }, all.length];
}

function formatEndpoint(endpoint: Endpoint): string[] {
  if (isUnixEndpoint(endpoint)) return [escapeField(endpoint.path)];
  return endpoint.host === undefined
    ? [String(endpoint.port)]
    : [formatHost(endpoint as Required<TcpEndpoint>), String(endpoint.port)];
}

function formatHost({ host }: Required<TcpEndpoint>): string {
  return host.includes(':') && !/[[\]\\/]/.test(host) ? `[${host}]` : escapeField(host);
}

function escapeField(text: string): string {
  return text.replaceAll(/[\\:]|^\[|^\s/g, '\\$&');
}

function bad(what: string): MuxError {
  return new MuxError('bad-forward', what);
}
