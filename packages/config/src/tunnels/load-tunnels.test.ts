import { UNLIMITED_STARTS } from '@holdfast/machines';
import { stringify } from 'smol-toml';
import { describe, expect, it } from 'vitest';
import { EXAMPLE } from './schema/config-page.ts';
import { tunnelsJsonSchema, type JsonSchema } from './schema/json-schema.ts';
import { loadTunnels } from './load-tunnels.ts';
import { errorSentence } from './located-error.ts';

const DEFAULTS = {
  forwards: [],
  options: [],
  tags: [],
  after: [],
  heartbeat: 'mux',
  pollMs: 5000,
  challenge: true,
  patienceMs: null,
  release: false,
  checks: [],
  rules: { gateMs: 0, maxStarts: UNLIMITED_STARTS, restart: 'unlimited' },
  enabled: true,
  required: true,
};

function load(text: string) {
  return loadTunnels({ text, file: 'tunnels.toml' });
}

function only(text: string) {
  const { tunnels, errors } = load(text);
  expect(errors).toBeUndefined();
  expect(tunnels).toHaveLength(1);
  return tunnels![0]!;
}

describe('a good file', () => {
  it.each(['', '\n', '# nothing\n', '\uFEFF', '[tunnels]', '[defaults]'])(
    'may have no tunnels: %j',
    (text) => {
      expect(load(text)).toEqual({ tunnels: [], settings: {} });
    },
  );

  it('loads in the shape that is fixed', () => {
    const { tunnels } = load(EXAMPLE);
    const options = ['-o', 'StrictHostKeyChecking=yes'];
    expect(tunnels).toMatchObject([
      { ...DEFAULTS, name: 'jump', host: 'jump', options },
      {
        name: 'db',
        host: 'me@bastion',
        forwards: [
          { kind: 'local', text: '5432:db.internal:5432' },
          { kind: 'remote', text: '8080:localhost:80' },
          { kind: 'socks', text: '1080' },
        ],
        options: ['-p', '2222', '-i', '~/.ssh/db', ...options],
        tags: ['work'],
        after: ['jump'],
        heartbeat: 'mux',
        pollMs: 5000,
        checks: [
          {
            question: { kind: 'tcp', address: { kind: 'tcp', host: '127.0.0.1', port: 5432 } },
            everyMs: 30_000,
            timeoutMs: 5000,
            restart: false,
          },
        ],
      },
    ]);
  });

  it('needs no more than a host', () => {
    expect(only('[tunnels.a]\nhost = "h"')).toEqual({ ...DEFAULTS, name: 'a', host: 'h' });
  });

  it('loads with Windows line ends, a byte order mark, and as one inline table', () => {
    const written = '\uFEFFtunnels = { a = { host = "h", poll = "1m" } }\r\n';
    expect(only(written)).toEqual({ ...DEFAULTS, name: 'a', host: 'h', pollMs: 60_000 });
  });

  it('keeps the order of the file, also of names that are numbers', () => {
    const text = ['b', '2', 'a', '1'].map((name) => `[tunnels.${name}]\nhost = "h"\n`).join('');
    expect(load(text).tunnels?.map(({ name }) => name)).toEqual(['b', '2', 'a', '1']);
  });

  it.each([
    ['host = "h"', 'heartbeat', 'loop'],
    ['host = "h"\nheartbeat = "none"', 'heartbeat', 'none'],
    ['host = "h"', 'pollMs', 120_000],
    ['host = "h"\npoll = "500ms"', 'pollMs', 500],
    ['host = "h"', 'challenge', false],
    ['host = "h"\nchallenge = true', 'challenge', true],
    ['host = "h"', 'patienceMs', 120_000],
    ['host = "h"\npatience = "5s"', 'patienceMs', 5000],
    ['host = "h"\npatience = "auto"', 'patienceMs', null],
    ['host = "h"', 'release', true],
    ['host = "h"\nrelease = false', 'release', false],
    ['host = "h"', 'enabled', false],
    ['host = "h"\nenabled = true', 'enabled', true],
    ['host = "h"\ntags = ["b", "x"]', 'tags', ['b', 'x', 'a']],
    ['host = "h"\noptions = ["-6"]', 'options', ['-6', '-4']],
    [
      'host = "h"\nrules = { gate = "30s" }',
      'rules',
      { gateMs: 30_000, maxStarts: 7, restart: { starts: 5, periodMs: 60_000 } },
    ],
    [
      'host = "h"\nrules = { max_starts = "unlimited", restart = "unlimited" }',
      'rules',
      { gateMs: 1000, maxStarts: UNLIMITED_STARTS, restart: 'unlimited' },
    ],
  ])('fills in the defaults: %j, %s', (table, key, value) => {
    const defaults = `[defaults]
heartbeat = "loop"
poll = "2m"
challenge = false
patience = "2m"
release = true
enabled = false
tags = ["a", "b"]
options = ["-4"]
rules = { gate = "1s", max_starts = 7, restart = { starts = 5, within = "60s" } }
`;
    expect(only(`${defaults}[tunnels.t]\n${table}`)).toHaveProperty(key, value);
  });

  it('says the same when it says the defaults', () => {
    const schema = tunnelsJsonSchema().properties!;
    const tunnel = schema['tunnels']!.additionalProperties as JsonSchema;
    const defaults = defaultsOf(schema['defaults']!);
    const written = stringify({
      defaults: { ...defaults, rules: defaultsOf(schema['defaults']!.properties!['rules']!) },
      tunnels: { t: { host: 'h', ...defaultsOf(tunnel) } },
    });
    expect(Object.keys(defaults)).toHaveLength(10);
    expect(load(written)).toEqual(load('[tunnels.t]\nhost = "h"'));
  });

  it.each([
    ['{ tcp = "/run/a.sock" }', { kind: 'tcp', address: { kind: 'unix', path: '/run/a.sock' } }],
    ['{ http = "http://[::1]:80/x" }', { kind: 'http', url: 'http://[::1]:80/x' }],
    ['{ command = ["true", ""] }', { kind: 'command', command: ['true', ''] }],
  ])('has checks: %s', (check, question) => {
    expect(only(`[tunnels.t]\nhost = "h"\ncheck = ${check}`).checks).toMatchObject([{ question }]);
  });

  it('has checks for its forwards, each with its own times', () => {
    const text = `[tunnels.t]
host = "h"
local = ["80:a:80", "81:a:81"]
[[tunnels.t.check]]
forward = "80:a:80"
http = "http://127.0.0.1/"
[[tunnels.t.check]]
forward = "81:a:81"
tcp = "127.0.0.1:81"
every = "1m"
timeout = "1s"
restart = true
`;
    expect(only(text).checks).toMatchObject([
      { forward: '80:a:80', everyMs: 30_000, timeoutMs: 5000, restart: false },
      { forward: '81:a:81', everyMs: 60_000, timeoutMs: 1000, restart: true },
    ]);
  });

  it.each([
    ['on other addresses', 'local = ["127.0.0.1:80:a:1"]', 'local = ["127.0.0.2:80:a:1"]'],
    ['at other hosts', 'remote = ["80:a:1"]', 'remote = ["80:a:1"]'],
    ['here and there', 'local = ["80:a:1"]', 'remote = ["80:a:1"]'],
    ['of which one is off', 'local = ["80:a:1"]', 'local = ["80:a:1"]\nenabled = false'],
    ['at ports the server chooses', 'remote = ["0:a:1", "0:b:1"]', ''],
  ])('may have the same port twice: %s', (_, one, other) => {
    const text = `[tunnels.a]\nhost = "a"\n${one}\n[tunnels.b]\nhost = "b"\n${other}`;
    expect(load(text).errors).toBeUndefined();
  });
});

function defaultsOf({ properties }: JsonSchema): Record<string, unknown> {
  const entries = Object.entries(properties!).filter(([, each]) => each.default !== undefined);
  return Object.fromEntries(entries.map(([key, each]) => [key, each.default]));
}

/** Takes the marks out of a text, and says where they were. */
function unmark(marked: string) {
  const places: { line: number; column: number; length: number }[] = [];
  const lines = marked.split('\n').map((line, index) => {
    let clean = line;
    for (;;) {
      const from = clean.indexOf('«');
      if (from === -1) return clean;
      const to = clean.indexOf('»');
      places.push({ line: index + 1, column: from + 1, length: Math.max(1, to - from - 1) });
      clean = clean.slice(0, from) + clean.slice(from + 1, to) + clean.slice(to + 1);
    }
  });
  return { text: lines.join('\n'), places };
}

function expectErrors(marked: string, expected: readonly object[]) {
  const { text, places } = unmark(marked);
  const { errors = [] } = load(text);
  expect(errors.map(({ line, column, length }) => ({ line, column, length }))).toEqual(places);
  expect(errors).toMatchObject(expected);
  expect(errors).toHaveLength(expected.length);
  return errors;
}

describe('a bad file: syntax', () => {
  it.each([
    ['a = «»', 'invalid value'],
    ['[tunnels.a]\nhost = "h"\r\npoll = «»\r\n', 'invalid value'],
    ['a = 1 «b» = 2', 'each key-value declaration must be followed by an end-of-line'],
    ['[tunnels.a]\n[«t»unnels.a]', 'trying to redefine an already defined table or value'],
    ['a = «"»""x\ny', 'unfinished string'],
    ['a = «9»9999999999999999999', 'integer value cannot be represented losslessly'],
  ])('%j', (marked, sentence) => {
    const wrong = `invalid TOML: ${sentence}`;
    expectErrors(marked, [{ code: 'syntax', file: 'tunnels.toml', key: '', allowed: '', wrong }]);
  });
});

const T = '[tunnels.t]\nhost = "h"\n';

describe('a bad file: keys and values', () => {
  it.each<[marked: string, code: string, key: string, wrong: string, nearest?: string]>([
    ['«tunnel».a.host = "h"', 'unknown-key', 'tunnel', 'unknown key "tunnel"', 'tunnels'],
    ['[«db»]\nhost = "h"', 'unknown-key', 'db', 'unknown key "db"', 'tunnels.db'],
    ['[«__proto__»]\nx = 1', 'unknown-key', '__proto__', 'unknown key "__proto__"'],
    [`${T}«hots» = 1`, 'unknown-key', 'tunnels.t.hots', 'unknown key "hots"', 'host'],
    [`${T}«"a b"» = 1`, 'unknown-key', 'tunnels.t."a b"', 'unknown key "a b"'],
    ['[defaults]\n«host» = "h"', 'unknown-key', 'defaults.host', 'unknown key "host"'],
    [`${T}rules.«gat» = 1`, 'unknown-key', 'tunnels.t.rules.gat', 'unknown key "gat"', 'gate'],
    ['[tunnels.«t»]', 'missing-key', 'tunnels.t.host', 'host is missing'],
    ['[tunnels]\nt = «5»', 'invalid-value', 'tunnels.t', 'invalid value 5'],
    ['tunnels = «5»', 'invalid-value', 'tunnels', 'invalid value 5'],
    ['defaults = «[]»', 'invalid-value', 'defaults', 'invalid value [] (an empty list)'],
    ['[tunnels.t]\nhost = «"-h"»', 'invalid-value', 'tunnels.t.host', 'invalid value "-h"'],
    ['[tunnels.t]\nhost = «"a@-h"»', 'invalid-value', 'tunnels.t.host', 'invalid value "a@-h"'],
    ['[tunnels.t]\nhost = «""»', 'invalid-value', 'tunnels.t.host', 'invalid value ""'],
    ['[tunnels.t]\nhost = «"a b"»', 'invalid-value', 'tunnels.t.host', 'invalid value "a b"'],
    [`${T}poll = «5»`, 'invalid-value', 'tunnels.t.poll', 'invalid value 5', '"5s"'],
    [`${T}poll = «"5"»`, 'invalid-value', 'tunnels.t.poll', 'invalid value "5"'],
    [`${T}poll = «"1ms"»`, 'invalid-value', 'tunnels.t.poll', '"1ms" is too short'],
    [`${T}poll = «"25h"»`, 'invalid-value', 'tunnels.t.poll', '"25h" is too long'],
    [
      `${T}poll = «1979-05-27»`,
      'invalid-value',
      'tunnels.t.poll',
      'invalid value of a date or time',
    ],
    [
      `${T}heartbeat = «"mx"»`,
      'invalid-value',
      'tunnels.t.heartbeat',
      'invalid value "mx"',
      '"mux"',
    ],
    [`${T}enabled = «"yes"»`, 'invalid-value', 'tunnels.t.enabled', 'invalid value "yes"'],
    [`${T}challenge = «1»`, 'invalid-value', 'tunnels.t.challenge', 'invalid value 1'],
    [`${T}patience = «"4s"»`, 'invalid-value', 'tunnels.t.patience', '"4s" is too short'],
    [`${T}patience = «"2h"»`, 'invalid-value', 'tunnels.t.patience', '"2h" is too long'],
    [`${T}patience = «"never"»`, 'invalid-value', 'tunnels.t.patience', 'invalid value "never"'],
    [`${T}release = «"yes"»`, 'invalid-value', 'tunnels.t.release', 'invalid value "yes"'],
    [
      `${T}local = «"80:a:1"»`,
      'invalid-value',
      'tunnels.t.local',
      'invalid value "80:a:1"',
      '["80:a:1"]',
    ],
    [
      `${T}local = [ # c\n "1:a:1",\n «"80:a"»,\n]`,
      'invalid-value',
      'tunnels.t.local[1]',
      '"80:a" has "a" as its listen port, not 1 to 65535',
    ],
    [
      `${T}options = ["-4", «"x"»]`,
      'invalid-value',
      'tunnels.t.options[1]',
      '"x" is not an option',
    ],
    [
      `${T}options = [«"-p 1"»]`,
      'invalid-value',
      'tunnels.t.options[0]',
      '"-p 1" is two words in one',
      '"-p", "1"',
    ],
    [`${T}options = [«5»]`, 'invalid-value', 'tunnels.t.options[0]', 'invalid value 5'],
    [`${T}tags = [«"a*"»]`, 'invalid-value', 'tunnels.t.tags[0]', 'invalid value "a*"'],
    [`${T}after = [«""»]`, 'invalid-value', 'tunnels.t.after[0]', 'invalid value ""'],
    [`${T}check = «5»`, 'invalid-value', 'tunnels.t.check', 'invalid value 5'],
    [`${T}check = «{}»`, 'invalid-value', 'tunnels.t.check', 'this check asks nothing'],
    [
      `${T}check = [«{ tcp = "a:1", http = "http://a" }»]`,
      'invalid-value',
      'tunnels.t.check[0]',
      'this check asks more than one question',
    ],
    [
      `${T}check = { tcp = «"a"» }`,
      'invalid-value',
      'tunnels.t.check.tcp',
      '"a" names no target port',
    ],
    [
      `${T}check.http = «"ftp://a"»`,
      'invalid-value',
      'tunnels.t.check.http',
      'invalid value "ftp://a"',
    ],
    [
      `${T}check.command = «"true"»`,
      'invalid-value',
      'tunnels.t.check.command',
      'invalid value "true"',
      '["true"]',
    ],
    [
      `${T}check.command = «[""]»`,
      'invalid-value',
      'tunnels.t.check.command',
      'invalid value [...] (a list)',
    ],
    [
      `${T}[[tunnels.t.check]]\ntcp = "a:1"\n[[tunnels.t.check]]\ntcp = «5»`,
      'invalid-value',
      'tunnels.t.check[1].tcp',
      'invalid value 5',
    ],
    [`${T}rules.gate = «5»`, 'invalid-value', 'tunnels.t.rules.gate', 'invalid value 5', '"5s"'],
    [
      `${T}rules.max_starts = «0»`,
      'invalid-value',
      'tunnels.t.rules.max_starts',
      'invalid value 0',
    ],
    [
      `${T}rules.max_starts = «1.5»`,
      'invalid-value',
      'tunnels.t.rules.max_starts',
      'invalid value 1.5',
    ],
    [
      `${T}rules.max_starts = «nan»`,
      'invalid-value',
      'tunnels.t.rules.max_starts',
      'invalid value NaN',
    ],
    [
      `${T}rules.restart = «"5 a minute"»`,
      'invalid-value',
      'tunnels.t.rules.restart',
      'invalid value "5 a minute"',
    ],
    [
      `${T}rules.restart = «"0 in 5s"»`,
      'invalid-value',
      'tunnels.t.rules.restart',
      '"0 in 5s" allows no restart',
    ],
    [
      `${T}rules.restart = «"5 in x"»`,
      'invalid-value',
      'tunnels.t.rules.restart',
      '"5 in x" has no time from 1s to 1d after its "in"',
    ],
    [
      `${T}rules.«restart» = { starts = 5 }`,
      'missing-key',
      'tunnels.t.rules.restart.within',
      'within is missing',
    ],
    ['[defaults]\npoll = «true»', 'invalid-value', 'defaults.poll', 'invalid value true'],
  ])('%j', (marked, code, key, wrong, nearest) => {
    const [error] = expectErrors(marked, [{ code, key, wrong }]);
    expect(error?.nearest).toBe(nearest);
    expect(error?.allowed).not.toBe('');
  });

  it('says what is allowed in a whole sentence', () => {
    const [error] = expectErrors(`${T}heartbeat = «"x"»`, [{}]);
    expect(errorSentence(error!)).toBe(
      'invalid value "x": heartbeat takes one of mux, loop, echo, none',
    );
  });

  it('cuts long values short', () => {
    const { errors } = load(`[tunnels.t]\nhost = "${'a '.repeat(500)}"`);
    expect(errors![0]!.wrong.length).toBeLessThan(100);
  });
});

describe('a bad file: between tunnels', () => {
  it.each<[marked: string, code: string, wrong: string, nearest?: string]>([
    ['[tunnels.«-x»]\nhost = "h"', 'invalid-name', 'the name "-x" would be read as an option'],
    ['[tunnels.«"tag:a"»]\nhost = "h"', 'invalid-name', 'the name "tag:a" would be read as a tag'],
    ['tunnels.«"a*"».host = "h"', 'invalid-name', 'the name "a*" would be read as a pattern'],
    ['[tunnels.«""»]\nhost = "h"', 'invalid-name', 'the name "" is empty'],
    [
      '[tunnels.«__proto__»]\nhost = "h"',
      'invalid-name',
      'the name "__proto__" has characters that names cannot have',
    ],
    [`${T}after = [«"x"»]`, 'unknown-tunnel', 'unknown tunnel "x"'],
    [
      `${T}after = ["jump", «"jmp"»]\n[tunnels.jump]\nhost = "j"`,
      'unknown-tunnel',
      'unknown tunnel "jmp"',
      '"jump"',
    ],
    [`${T}after = [«"t"»]`, 'endless-wait', 't waits for itself'],
    [
      `${T}after = ["a"]\n[tunnels.a]\nhost = "a"\nafter = ["b"]\n[tunnels.b]\nhost = "b"\nafter = [«"a"»]`,
      'endless-wait',
      'circular wait: a -> b -> a',
    ],
    [
      `${T}local = ["80:a:1"]\n[tunnels.u]\nhost = "u"\nsocks = [«"80"»]`,
      'listens-twice',
      'tunnel t already listens on port 80, in line 3',
    ],
    [
      `${T}local = ["127.0.0.1:80:a:1"]\n[tunnels.u]\nhost = "u"\nlocal = [«"*:80:a:1"»]`,
      'listens-twice',
      'tunnel t already listens on port 80, in line 3',
    ],
    [
      `${T}local = ["/a:b:1", «"/a:c:1"»]`,
      'listens-twice',
      'this tunnel already listens on /a, in line 3',
    ],
    [
      `${T}remote = ["80:a:1"]\n[tunnels.u]\nhost = "h"\nremote = [«"80:b:1"»]`,
      'listens-twice',
      'tunnel t already listens on port 80 on h, in line 3',
    ],
    [
      `${T}local = ["80:a:1"]\ncheck = { tcp = "a:1", forward = «"80:b:1"» }`,
      'unknown-forward',
      'this tunnel has no forward "80:b:1"',
      '"80:a:1"',
    ],
  ])('%j', (marked, code, wrong, nearest) => {
    const [error] = expectErrors(marked, [{ code, wrong }]);
    expect(error?.nearest).toBe(nearest);
  });

  it('two circles are two errors', () => {
    const circle = (one: string, other: string) =>
      `[tunnels.${one}]\nhost = "h"\nafter = ["${other}"]\n` +
      `[tunnels.${other}]\nhost = "h"\nafter = [«"${one}"»]\n`;
    expectErrors(circle('a', 'b') + circle('c', 'd'), [
      { wrong: 'circular wait: a -> b -> a' },
      { wrong: 'circular wait: c -> d -> c' },
    ]);
  });

  it('ten thousand tunnels in a row may wait for each other', () => {
    const tables = Array.from(
      { length: 10_000 },
      (_, index) => `[tunnels.t${index}]\nhost = "h"\nafter = ["t${index + 1}"]\n`,
    );
    const { tunnels } = load(`${tables.join('')}[tunnels.t10000]\nhost = "h"`);
    expect(tunnels).toHaveLength(10_001);
  });
});

describe('all errors at once', () => {
  it('in the order of the file, and those between tunnels as well', () => {
    expectErrors(
      `«defalts».x = 1
[tunnels.«"a*"»]
host = "h"
«hots» = "h"
poll = «5»
after = [«"c"», "b"]
[tunnels.b]
host = «"-h"»
after = [«"a*"»]
local = ["80:x:1", «"x"», «"80:y:1"»]
`,
      [
        { code: 'unknown-key', nearest: 'defaults' },
        { code: 'invalid-name' },
        { code: 'unknown-key' },
        { code: 'invalid-value' },
        { code: 'unknown-tunnel' },
        { code: 'invalid-value' },
        { code: 'endless-wait' },
        { code: 'invalid-value' },
        { code: 'listens-twice' },
      ],
    );
  });
});
