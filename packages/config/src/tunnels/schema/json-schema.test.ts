import { Ajv } from 'ajv';
import fc from 'fast-check';
import { stringify } from 'smol-toml';
import { describe, expect, it } from 'vitest';
import { loadTunnels } from '../load-tunnels.ts';
import { tunnelsJsonSchema } from './json-schema.ts';

const isValid = new Ajv({ strict: false, unicodeRegExp: true }).compile(tunnelsJsonSchema());

function isTaken(document: object): boolean {
  return loadTunnels({ text: stringify(document), file: 'tunnels.toml' }).tunnels !== undefined;
}

function expectAgreement(document: object): void {
  expect({ document, isValid: isValid(document) }).toEqual({
    document,
    isValid: isTaken(document),
  });
}

const tunnel = (more: object) => ({ tunnels: { db: { host: 'bastion', ...more } } });

const TIMES = ['0s', '0ms', '1ms', '99ms', '100ms', '1s', '5s', '05s', '1h', '24h', '25h', '1441m'];
const MORE_TIMES = [
  '1d',
  '2d',
  '86400s',
  '86401s',
  '1m30s',
  '1.5m',
  '',
  '5',
  's',
  '5 s',
  '-1s',
  5,
  true,
];
const NO_TEXTS = [0, false, [], {}, ['a', 1]];

const inList = (text: string) => [text];

/** For each key of a tunnel, values that are right and values that are wrong. */
const VALUES: Readonly<Record<string, readonly (readonly unknown[])[]>> = {
  host: [['me@bastion', 'ssh://a:22', '', '-x', 'a b', 'me@-x'], NO_TEXTS],
  local: [
    ['5432:db:5432', '127.0.0.1:1:a:2', '*:1:a:2', ':1:a:2', '[::1]:1:[::2]:2', '/a:/b', '1:/b'],
    ['${X}/a:%d/b', '[/a:b]:c:1', '/a:c:1', '1080', 'a:1080', '', '0:a:1', '65536:a:1', 'x:a:1'],
    ['1:a:0', '1:a:', '1::2', '1:/a:2', '::1:1:a:2', '1:./a', '~/a:b:1', '/a:1', '[::1]1:a:2'],
    [' 1:a:2', '1:a:2 ', 'a:1:b:2:c', '00080:a:1', '000080:a:1'],
  ].map((texts) => texts.map(inList)),
  remote: [
    ['8080:localhost:80', '0:a:1', '1080', '[::1]:1080', '/a', '/a:/b', '0.0.0.0:1', '1:/b'],
    ['80:a', '', 'x', '65536', '1:a:65536', '1:2:a:b'],
  ].map((texts) => texts.map(inList)),
  socks: [['1080', '[::1]:1080', 'a:1', '0', '/a', 'a:b:80', '', '65536'].map(inList)],
  options: [
    [[], ['-4'], ['-4', '-6'], ['-p', '22'], ['-p22'], ['-vp', '22'], ['-oA=b'], ['-o A=b']],
    [['-J', 'a'], ['a'], ['-'], ['--'], ['--x'], [''], ['-Z'], ['-f'], ['-L', '1:a:2'], ['-G']],
    [['-p 22'], ['-i ~/.ssh/a'], ['-W', 'a:1'], ['-vf'], 'x', 1, [1]],
  ],
  tags: [[[], ['work'], ['über'], ['a b'], [''], ['-a'], ['a'.repeat(65)], 'work', [1]]],
  after: [[[], [''], 'jump', [1], 1]],
  heartbeat: [['mux', 'loop', 'echo', 'none', 'Mux', '', 1, []]],
  poll: [TIMES, MORE_TIMES],
  challenge: [[true, false, 'yes', 1]],
  patience: [TIMES, MORE_TIMES, ['auto', 'Auto', '4999ms', '4s', '6s', '60m', '61m', '3601s']],
  release: [[true, false, 'yes', 1]],
  check: [
    [{}, [{}], [], { tcp: 'a:1' }, [{ tcp: 'a:1' }, { http: 'http://a/' }], 1, 'a:1'],
    [{ tcp: 'a:1', http: 'http://a/' }, { tcp: 'a:1', command: ['x'] }, { every: '1s' }],
    ['/a', '[::1]:80', '80', 'a', 'a:', ':80', 'a:b:80', '/a:80', 'a:0', ''].map((tcp) => ({
      tcp,
    })),
    ['http://a', 'HTTPS://a/b?c', 'ftp://a', 'a', '', 'http://', 'http:///a', 'http:a'].map(
      (http) => ({ http }),
    ),
    [['x'], ['x', ''], [''], [], 'x', [1], ['', 'x']].map((command) => ({ command })),
    [...TIMES, ...MORE_TIMES].map((every) => ({ tcp: 'a:1', every })),
    [...TIMES, ...MORE_TIMES].map((timeout) => ({ tcp: 'a:1', timeout })),
    [true, 'yes', 1].map((restart) => ({ tcp: 'a:1', restart })),
    ['', 1].map((forward) => ({ tcp: 'a:1', forward })),
    [{ tcp: 'a:1', other: 1 }],
  ],
  rules: [
    [{}, 1, [], { other: 1 }],
    [...TIMES, ...MORE_TIMES].map((gate) => ({ gate })),
    [1, 5, 0, -1, 1.5, 1e9, 1e9 + 1, 'unlimited', 'none', true].map((starts) => ({
      max_starts: starts,
    })),
    ['unlimited', '5 in 60s', '0 in 60s', '5 in 0s', '5 in 2d', '5 in 60', 'x', '', 5].map(
      (restart) => ({ restart }),
    ),
    [{ starts: 5, within: '60s' }, { starts: 0, within: '60s' }, { starts: 5 }, {}].map(
      (restart) => ({ restart }),
    ),
    [...TIMES, ...MORE_TIMES].map((within) => ({ restart: { starts: 1, within } })),
  ],
  enabled: [[true, false, 'yes', 1]],
  required: [[true, false, 'yes', 1]],
  other: [[1]],
};

/** What holds for every tunnel has no key of a single one. */
const ALL = [
  'options',
  'tags',
  'heartbeat',
  'poll',
  'challenge',
  'patience',
  'release',
  'rules',
  'enabled',
  'required',
  'host',
  'local',
  'check',
];

const variants = Object.entries(VALUES).flatMap(([key, values]) =>
  values.flat().map((value) => [key, JSON.stringify(value), value] as const),
);

/**
 * What no JSON Schema can say is not here: what concerns several keys or tunnels (unknown names, two listeners at one place), what the later
 * words among options mean, and how much a time of several numbers comes to.
 */
describe('the JSON Schema takes what the program takes', () => {
  it.each(variants)('in a tunnel: %s = %s', (key, _, value) => {
    expectAgreement(tunnel({ [key]: value }));
  });

  it.each(variants.filter(([key]) => ALL.includes(key)))(
    'in defaults: %s = %s',
    (key, _, value) => {
      expectAgreement({ defaults: { [key]: value } });
    },
  );

  it.each([{}, { tunnels: {} }, { tunnels: 1 }, { tunnel: {} }, { tunnels: { db: {} } }])(
    'as a whole: %j',
    (document) => expectAgreement(document),
  );

  it.each(['db', 'über.1', '', '-a', 'a b', 'tag:x', 'a'.repeat(64), 'a'.repeat(65)])(
    'as a name: %j',
    (name) => expectAgreement({ tunnels: { [name]: { host: 'a' } } }),
  );

  it('in any time that is one number', () => {
    const time = fc
      .tuple(fc.nat(), fc.constantFrom('ms', 's', 'm', 'h', 'd'))
      .map(([size, unit]) => `${size}${unit}`);
    fc.assert(fc.property(time, (poll) => expectAgreement(tunnel({ poll }))));
  });

  it('in no text for a forward that the program takes', () => {
    const part = fc.constantFrom(
      ':',
      '80',
      '0',
      '70000',
      'a',
      '/b',
      '[::1]',
      '[',
      '*',
      '${X}/c',
      '.',
    );
    const text = fc.array(part, { maxLength: 7 }).map((parts) => parts.join(''));
    const kind = fc.constantFrom('local', 'remote', 'socks');
    fc.assert(
      fc.property(kind, text, (key, forward) => expectAgreement(tunnel({ [key]: [forward] }))),
      { numRuns: 2000 },
    );
  });
});

/** For each key of the settings of a file, values that are right and values that are wrong. */
const SETTINGS: Readonly<Record<string, Readonly<Record<string, readonly unknown[]>>>> = {
  listen: {
    http: [
      '127.0.0.1:9180',
      'localhost:9180',
      '[::1]:9180',
      '127.0.0.1:0',
      '127.0.0.1:65536',
      '9180',
      ':9180',
      '127.0.0.1',
      'web:9180',
      '::1:9180',
      '256.0.0.1:1',
      '1.2.3:1',
      '',
      9180,
    ],
    remote: [true, false, 'yes', 1],
    other: [1],
  },
};

const settings = Object.entries(SETTINGS).flatMap(([table, keys]) =>
  Object.entries(keys).flatMap(([key, values]) =>
    values.map((value) => [table, key, JSON.stringify(value), value] as const),
  ),
);

describe('the JSON Schema takes what the program takes of the settings of a file', () => {
  it.each(settings)('%s.%s = %s', (table, key, _, value) => {
    expectAgreement({ [table]: { [key]: value } });
  });
});
