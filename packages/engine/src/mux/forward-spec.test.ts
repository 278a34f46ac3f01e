import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkForward, type Endpoint, type ForwardSpec } from './forward.ts';
import { formatForward, parseForward } from './forward-spec.ts';
import { isMuxError } from './mux-error.ts';

type Kind = ForwardSpec['kind'];

const DB = { host: 'db', port: 5432 };
const SOCKET = { path: '/run/db.sock' };

describe('a forward', () => {
  test.each<[Kind, text: string, ends: { listen: Endpoint; connect?: Endpoint }]>([
    ['local', '5432:db:5432', { listen: { port: 5432 }, connect: DB }],
    ['local', '127.0.0.1:80:db:5432', { listen: { host: '127.0.0.1', port: 80 }, connect: DB }],
    [
      'local',
      '[::1]:80:[fe80::1%eth0]:1',
      {
        listen: { host: '::1', port: 80 },
        connect: { host: 'fe80::1%eth0', port: 1 },
      },
    ],
    ['local', ':80:db:5432', { listen: { host: '*', port: 80 }, connect: DB }],
    ['local', '*:80:db:5432', { listen: { host: '*', port: 80 }, connect: DB }],
    ['local', '/run/db.sock:db:5432', { listen: SOCKET, connect: DB }],
    ['local', '80:/run/db.sock', { listen: { port: 80 }, connect: SOCKET }],
    [
      'local',
      'localhost:80:/run/db.sock',
      {
        listen: { host: 'localhost', port: 80 },
        connect: SOCKET,
      },
    ],
    ['local', '/run/db.sock:./other', { listen: SOCKET, connect: { path: './other' } }],
    ['local', '[/a:b]:db:5432', { listen: { path: '/a:b' }, connect: DB }],
    ['local', String.raw`/a\:b:db:5432`, { listen: { path: '/a:b' }, connect: DB }],
    ['local', '  80:db:5432', { listen: { port: 80 }, connect: DB }],
    ['local', '80:db:5432:', { listen: { port: 80 }, connect: DB }],
    ['remote', '0:db:5432', { listen: { port: 0 }, connect: DB }],
    ['remote', '127.0.0.1:80:db:5432', { listen: { host: '127.0.0.1', port: 80 }, connect: DB }],
    ['remote', '80:/run/db.sock', { listen: { port: 80 }, connect: SOCKET }],
    ['remote', '/run/db.sock:db:5432', { listen: SOCKET, connect: DB }],
    ['remote', '1080', { listen: { port: 1080 } }],
    ['remote', 'localhost:1080', { listen: { host: 'localhost', port: 1080 } }],
    ['remote', '/run/db.sock', { listen: SOCKET }],
    ['dynamic', '1080', { listen: { port: 1080 } }],
    ['dynamic', '[::1]:1080', { listen: { host: '::1', port: 1080 } }],
  ])('%s %s is read', (kind, text, ends) => {
    expect(parseForward(kind, text)).toEqual({ kind, ...ends });
  });

  test.each<[Kind, text: string, sentence: string]>([
    ['local', '', 'too few parts'],
    ['local', '8080', 'too few parts'],
    ['local', '8080:db', 'too few parts'],
    ['local', '/run/db.sock', 'too few parts'],
    ['local', '0:db:5432', 'port 0 is not from 1 to 65535'],
    ['local', '80:db:0', 'port 0 is not from 1 to 65535'],
    ['local', '80:db:65536', 'port 65536 is not from 1 to 65535'],
    ['local', '80:db:http', '"http" is no port'],
    ['local', '80:db:-1', '"-1" is no port'],
    ['local', '80::5432', 'an empty host'],
    ['local', 'a:b:80:db:5432', 'too many parts'],
    ['local', '::1:80:db:5432', 'too many parts'],
    ['local', '/a:80:db:5432', 'a port behind the path /a'],
    ['local', '80:/a:5432', '/a cannot be a host'],
    ['local', '[::1:80:db:5432', 'a bracket that does not close'],
    ['local', '[::1]80:db:5432', 'a bracket that does not close'],
    ['local', '80:db:5432\\', 'a backslash at the end'],
    ['local', `80:/${'x'.repeat(107)}`, 'a path of more than 107 bytes'],
    ['remote', '/a:1080', 'a port behind the path /a'],
    ['remote', 'localhost:http', '"http" is no port'],
    ['dynamic', '0', 'port 0 is not from 1 to 65535'],
    ['dynamic', '/a', 'SOCKS needs a port to listen at'],
    ['dynamic', '80:/a', 'SOCKS leads to no fixed place'],
    ['dynamic', '1080:db:5432', 'too many parts'],
  ])('%s %s is refused', (kind, text, sentence) => {
    const quoted = `forward "${text}": `;
    expect(() => parseForward(kind, text)).toThrow(
      expect.objectContaining({ code: 'bad-forward', message: expect.stringContaining(sentence) }),
    );
    expect(() => parseForward(kind, text)).toThrow(quoted);
  });

  test('that is refused says how it should be', () => {
    expect(() => parseForward('local', '80')).toThrow(
      'forward "80": too few parts; it should be -L [address:]port:host:hostport, ' +
        'with a path in place of a port if it is a Unix socket',
    );
  });
});

const isGood = (spec: ForwardSpec) => {
  try {
    return checkForward(spec) === spec;
  } catch {
    return false;
  }
};

const characters = fc.constantFrom(...'ab1:/.\\[]% *ü'.split(''));
const host = fc
  .string({ unit: characters, minLength: 1, maxLength: 12 })
  .filter((text) => !text.includes('/'));
const path = fc.string({ unit: characters, maxLength: 12 }).map((text) => `/${text}`);
const port = fc.integer({ min: 1, max: 65_535 });
const place = fc.oneof(fc.record({ path }), fc.record({ host, port }));
const listen = fc.oneof(place, fc.record({ port }));
const forward: fc.Arbitrary<ForwardSpec> = fc
  .oneof(
    fc.record({ kind: fc.constant('local' as const), listen, connect: place }),
    fc.record({ kind: fc.constant('remote' as const), listen, connect: place }),
    fc.record({ kind: fc.constant('remote' as const), listen }),
    fc.record({ kind: fc.constant('dynamic' as const), listen: fc.record({ host, port }) }),
  )
  .filter(isGood);

test('every forward is read as it was written', () => {
  fc.assert(
    fc.property(forward, (spec) => {
      expect(parseForward(spec.kind, formatForward(spec))).toEqual(spec);
    }),
    { numRuns: 1000 },
  );
});

test('every text is a forward that can be asked for, or refused', () => {
  const kind = fc.constantFrom<Kind>('local', 'remote', 'dynamic');
  fc.assert(
    fc.property(kind, fc.string({ unit: characters, maxLength: 30 }), (aKind, text) => {
      try {
        expect(isGood(parseForward(aKind, text))).toBe(true);
      } catch (error) {
        expect(isMuxError(error) && error.code).toBe('bad-forward');
      }
    }),
    { numRuns: 2000 },
  );
});
