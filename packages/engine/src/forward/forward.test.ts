import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  parseAddress,
  parseForward,
  type ForwardKind,
  type Listen,
  type Target,
} from './forward.ts';

const tcp = (port: number, address?: string) => ({ kind: 'tcp', address, port });
const to = (host: string, port: number) => ({ kind: 'tcp', host, port });
const unix = (path: string) => ({ kind: 'unix', path });
const SOCKS = { kind: 'socks' };
const LONG = `/${'x'.repeat(107)}`;

describe('forwards as ssh takes them', () => {
  it.each([
    ['local', '5432:db.internal:5432', tcp(5432), to('db.internal', 5432)],
    ['local', '127.0.0.1:80:web:8080', tcp(80, '127.0.0.1'), to('web', 8080)],
    ['local', '*:80:web:8080', tcp(80, '*'), to('web', 8080)],
    ['local', ':80:web:8080', tcp(80, ''), to('web', 8080)],
    ['local', '[::1]:80:[fe80::1]:81', tcp(80, '::1'), to('fe80::1', 81)],
    ['local', '5432:/run/pg.sock', tcp(5432), unix('/run/pg.sock')],
    ['local', '[::1]:5432:/run/pg.sock', tcp(5432, '::1'), unix('/run/pg.sock')],
    ['local', '/tmp/a.sock:db:5432', unix('/tmp/a.sock'), to('db', 5432)],
    ['local', '/tmp/a.sock:/run/b.sock', unix('/tmp/a.sock'), unix('/run/b.sock')],
    ['local', '/tmp/a\\:b:db:5432', unix('/tmp/a:b'), to('db', 5432)],
    ['local', '[/tmp/a:b]:db:5432', unix('/tmp/a:b'), to('db', 5432)],
    ['local', '${XDG_RUNTIME_DIR}/a:%d/b', unix('${XDG_RUNTIME_DIR}/a'), unix('%d/b')],
    ['local', '80:[fe80::1%eth0]:81', tcp(80), to('fe80::1%eth0', 81)],
    ['local', 'localhost:80:/run/db.sock', tcp(80, 'localhost'), unix('/run/db.sock')],
    ['remote', '8080:localhost:80', tcp(8080), to('localhost', 80)],
    ['remote', '80:/run/db.sock', tcp(80), unix('/run/db.sock')],
    ['remote', '/run/db.sock', unix('/run/db.sock'), SOCKS],
    ['remote', '0:localhost:80', tcp(0), to('localhost', 80)],
    ['remote', '1080', tcp(1080), SOCKS],
    ['remote', '0.0.0.0:1080', tcp(1080, '0.0.0.0'), SOCKS],
    ['remote', '/run/a.sock:localhost:80', unix('/run/a.sock'), to('localhost', 80)],
    ['socks', '1080', tcp(1080), SOCKS],
    ['socks', '[::1]:1080', tcp(1080, '::1'), SOCKS],
  ] as const)('%s %j', (kind, text, listen, target) => {
    expect(parseForward(kind, text)).toEqual({ value: { kind, text, listen, target } });
  });

  it.each([
    ['local', '', 'has "" as its listen port, not 1 to 65535'],
    ['local', '1080', 'names no target'],
    ['local', 'localhost:1080', 'names no target'],
    ['local', '0:a:1', 'has "0" as its listen port, not 1 to 65535'],
    ['local', '65536:a:1', 'has "65536" as its listen port, not 1 to 65535'],
    ['local', 'http:a:1', 'has "http" as its listen port, not 1 to 65535'],
    ['local', '80:a:0', 'has "0" as its target port, not 1 to 65535'],
    ['local', '80:a:', 'has "" as its target port, not 1 to 65535'],
    ['local', '80:a:http', 'has "http" as its target port, not 1 to 65535'],
    ['local', '80:a:-1', 'has "-1" as its target port, not 1 to 65535'],
    ['local', '80::80', 'names no target host'],
    ['local', '80:/a:81', 'names a port behind a socket'],
    ['local', '[::1]80:a:80', 'has a "[" without its "]"'],
    ['local', '/a:80:b:81', 'has too many parts (an IPv6 address goes in brackets)'],
    ['local', '::1:80:a:80', 'has too many parts (an IPv6 address goes in brackets)'],
    ['local', '[::1:80:a:80', 'has a "[" without its "]"'],
    ['local', '80:a:1\\', 'ends in a lone "\\"'],
    ['local', ' 80:a:1', 'has blanks around it'],
    ['local', '80:a\n:1', 'has a control character in it'],
    ['local', '/a:80', 'names no target port'],
    ['local', '80:./a', 'has the socket path "./a", which is not absolute'],
    ['local', '~/a:b:80', 'has the socket path "~/a", which is not absolute'],
    ['local', `80:${LONG}`, 'has a socket path of 108 bytes, more than 107'],
    ['local', '8'.repeat(2000), 'is longer than 1000 characters'],
    ['remote', '80:a', 'has "a" as its listen port, not 0 to 65535'],
    ['socks', '0', 'has "0" as its listen port, not 1 to 65535'],
    ['socks', '/a', 'names a socket, where ssh takes a port'],
    ['socks', 'a:b:80', 'has too many parts (an IPv6 address goes in brackets)'],
  ] as const)('%s %j is refused', (kind, text, wrong) => {
    expect(parseForward(kind, text)).toEqual({ wrong });
  });

  it('never throws, and reads a forward again as it was read', () => {
    const kind = fc.constantFrom<ForwardKind>('local', 'remote', 'socks');
    const text = fc
      .array(fc.constantFrom(':', '80', 'a', '/b', '[', ']', '::1', '\\', '*', ' '))
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(kind, fc.oneof(text, fc.string()), (each, spec) => {
        const reading = parseForward(each, spec);
        if ('value' in reading) expect(reading.value.text).toBe(spec);
        else expect(reading.wrong).not.toBe('');
      }),
    );
  });
});

/** Writes an end of a forward as ssh reads it. */
function written(end: Listen | Target): string[] {
  if (end.kind === 'socks') return [];
  if (end.kind === 'unix') return [escaped(end.path)];
  const address = 'host' in end ? end.host : end.address;
  return address === undefined ? [String(end.port)] : [bracketed(address), String(end.port)];
}

const escaped = (part: string) => part.replaceAll(/[\\:]|^\[/g, '\\$&');

function bracketed(host: string): string {
  return host.includes(':') && !/[[\]\\]/.test(host) ? `[${host}]` : escaped(host);
}

describe('a forward with odd names in it', () => {
  const character = fc.constantFrom(...'ab1:.\\[]%*ü'.split(''));
  const host = fc.string({ unit: character, minLength: 1, maxLength: 12 });
  const path = fc.string({ unit: character, maxLength: 12 }).map((text) => `/${text}`);
  const port = fc.integer({ min: 1, max: 65_535 });
  const socket = fc.record({ kind: fc.constant('unix' as const), path });
  const address = fc.option(host, { nil: undefined });
  const listen = fc.record({ kind: fc.constant('tcp' as const), address, port });
  const place = fc.record({ kind: fc.constant('tcp' as const), host, port });
  const toPlace = fc.record({
    kind: fc.constantFrom<ForwardKind>('local', 'remote'),
    listen: fc.oneof(socket, listen),
    target: fc.oneof(socket, place),
  });
  const toAnywhere = fc.record({
    kind: fc.constantFrom<ForwardKind>('remote', 'socks'),
    listen,
    target: fc.constant({ kind: 'socks' as const }),
  });

  it('is read as it was written', () => {
    fc.assert(
      fc.property(fc.oneof(toPlace, toAnywhere), (ends) => {
        const text = [...written(ends.listen), ...written(ends.target)].join(':');
        expect(parseForward(ends.kind, text)).toEqual({ value: { text, ...ends } });
      }),
      { numRuns: 1000 },
    );
  });
});

describe('addresses to connect to', () => {
  it.each([
    ['127.0.0.1:5432', to('127.0.0.1', 5432)],
    ['[::1]:80', to('::1', 80)],
    ['/run/a.sock', unix('/run/a.sock')],
  ])('%j', (text, value) => {
    expect(parseAddress(text)).toEqual({ value });
  });

  it.each(['', '80', 'a', 'a:', ':80', 'a:b:80', '::1:80', '/a:80', 'a:0'])('not %j', (text) => {
    expect(parseAddress(text)).toHaveProperty('wrong');
  });
});
