import { loadTunnels } from './load-tunnels.ts';
import type { Check, TunnelSpec } from '@holdfast/engine';
import { parseForward, type ForwardKind } from '@holdfast/engine/forward';
import { UNLIMITED_STARTS } from '@holdfast/machines';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { writeTunnels } from './write-tunnels.ts';

function forward(kind: ForwardKind, text: string) {
  const reading = parseForward(kind, text);
  if ('wrong' in reading) throw new Error(reading.wrong);
  return reading.value;
}

const ms = fc.integer({ min: 1000, max: 86_400_000 });

const question: fc.Arbitrary<Check['question']> = fc.oneof(
  fc.record({
    kind: fc.constant('tcp' as const),
    address: fc.oneof(
      fc.record({
        kind: fc.constant('tcp' as const),
        host: fc.constantFrom('127.0.0.1', '::1', 'db.internal'),
        port: fc.integer({ min: 1, max: 65_535 }),
      }),
      fc.record({
        kind: fc.constant('unix' as const),
        path: fc.constantFrom('/run/a.sock', String.raw`/run/o:d\d`),
      }),
    ),
  }),
  fc.record({ kind: fc.constant('http' as const), url: fc.constant('http://127.0.0.1:80/?a="b"') }),
  fc.record({
    kind: fc.constant('command' as const),
    command: fc.tuple(fc.constant('test'), fc.string({ unit: 'binary' }).filter(isWhole)),
  }),
);

/** TOML is UTF-8: half a character cannot be written. */
function isWhole(text: string): boolean {
  return !/\p{Cs}/u.test(text);
}

const tunnel: fc.Arbitrary<TunnelSpec> = fc.record({
  name: fc.stringMatching(/^[a-zé][a-z.@+_-]{0,10}$/),
  host: fc.constantFrom('me@bastion', 'ssh://me@gw:22'),
  forwards: fc.constantFrom(
    [],
    [forward('local', '[::1]:80:a:80'), forward('remote', '0:b:80'), forward('socks', '1080')],
    [forward('local', '/run/x.sock:/run/y.sock')],
  ),
  options: fc
    .string({ unit: 'binary', maxLength: 20 })
    .filter(isWhole)
    .map((value) => ['-p', '22', '-o', value]),
  tags: fc.constantFrom([], ['work', 'über']),
  after: fc.constant([]),
  heartbeat: fc.constantFrom('mux', 'none'),
  pollMs: ms,
  challenge: fc.boolean(),
  patienceMs: fc.oneof(fc.constant(null), fc.integer({ min: 5000, max: 3_600_000 })),
  release: fc.boolean(),
  checks: fc.array(
    fc.record({
      question,
      forward: fc.constant(undefined),
      everyMs: ms,
      timeoutMs: fc.integer({ min: 100, max: 3_600_000 }),
      restart: fc.boolean(),
    }),
    { maxLength: 2 },
  ),
  rules: fc.record({
    gateMs: ms,
    maxStarts: fc.constantFrom(UNLIMITED_STARTS, 3),
    restart: fc.constantFrom('unlimited' as const, { starts: 5, periodMs: 60_000 }),
  }),
  enabled: fc.boolean(),
  required: fc.boolean(),
});

describe('tunnels as TOML', () => {
  it('say everything, defaults too', () => {
    const { tunnels = [] } = loadTunnels({
      text: '[tunnels.db]\nhost = "gw"\nlocal = ["5432:db:5432"]\ncheck = { tcp = "127.0.0.1:5432" }',
      file: '',
    });
    expect(`\n${writeTunnels(tunnels)}`).toMatchInlineSnapshot(`
      "
      [tunnels.db]
      host = "gw"
      local = ["5432:db:5432"]
      heartbeat = "mux"
      poll = "5s"
      challenge = true
      patience = "auto"
      release = false
      enabled = true
      required = true
      check = [
        { tcp = "127.0.0.1:5432", every = "30s", timeout = "5s", restart = false },
      ]

      [tunnels.db.rules]
      gate = "0s"
      max_starts = "unlimited"
      restart = "unlimited"
      "
    `);
  });

  it('give the same tunnels when they are read again, with nothing in them that steers a terminal', () => {
    const some = fc.uniqueArray(tunnel, { maxLength: 3, selector: ({ name }) => name });
    fc.assert(
      fc.property(some, (tunnels) => {
        const apart = tunnels.map((each, index) =>
          index === 0 ? each : { ...each, forwards: [] },
        );
        const text = writeTunnels(apart);
        expect(loadTunnels({ text, file: 'shown.toml' })).toEqual({ tunnels: apart, settings: {} });
        expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
      }),
    );
  });
});
