import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EXAMPLE } from './schema/config-page.ts';
import { WRITTEN_AS } from './schema/keys.ts';
import { loadTunnels } from './load-tunnels.ts';
import { renderErrors } from './located-error.ts';

/** A file with everything in it, for mutations to break. */
const VALID = `${EXAMPLE}
[tunnels.web]
host = "ssh://me@web.example:2222"
local = ["[::1]:8081:web:80", "/tmp/web.sock:/run/web.sock"]
rules = { gate = "30s", max_starts = 10, restart = { starts = 5, within = "60s" } }
[[tunnels.web.check]]
forward = "[::1]:8081:web:80"
http = "http://[::1]:8081/"
[[tunnels.web.check]]
command = ["true"]
every = "1m30s"
[defaults.rules]
restart = "5 in 60s"
`;

/** Loads a text, and holds the promises that are made about any. */
function expectPromises(text: string): void {
  const { tunnels, errors } = loadTunnels({ text, file: 'f' });
  if (errors === undefined) {
    expect(JSON.parse(JSON.stringify(tunnels))).toHaveLength(tunnels.length);
    return;
  }
  expect(errors.length).toBeGreaterThan(0);
  const lines = text.split('\n');
  for (const { line, column, length, wrong, allowed, code, key } of errors) {
    expect(line).toBeGreaterThanOrEqual(1);
    expect(line).toBeLessThanOrEqual(lines.length);
    expect(column).toBeGreaterThanOrEqual(1);
    expect(column - 1 + length).toBeLessThanOrEqual(Math.max(lines[line - 1]!.length, column));
    expect(wrong).not.toBe('');
    expect(allowed === '').toBe(code === 'syntax');
    expect(key === '').toBe(code === 'syntax');
  }
  expect(renderErrors(errors, text).split('\n\n')).toHaveLength(errors.length);
}

const characters = fc.string({ maxLength: 12, unit: 'binary' });
const words = fc.constantFrom(
  '[tunnels.a]\n',
  '[[tunnels.a]]\n',
  '[defaults]\n',
  'tunnels',
  '.',
  '=',
  ' = ',
  '\n',
  '"',
  "'",
  '"""',
  '{',
  '}',
  '[',
  ']',
  ',',
  '#',
  '\\',
  '5',
  '"5s"',
  '"h"',
  'true',
  '\r\n',
  '\uFEFF',
  'host',
  'local',
  'options',
  'check',
  'rules',
  'after',
  'tcp',
  '__proto__',
  'constructor',
);
const pieces = fc.oneof(words, characters);

describe('any text loads or gives errors with places in it, and never throws', () => {
  it('whatever the characters', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), expectPromises));
  });

  it('made of the words of such files', () => {
    const text = fc.array(pieces, { maxLength: 40 }).map((parts) => parts.join(''));
    fc.assert(fc.property(text, expectPromises), { numRuns: 1000 });
  });

  it('with any value for any key', () => {
    const key = fc.constantFrom(
      ...Object.values(WRITTEN_AS).flat(),
      'check.tcp',
      'check.http',
      'check.command',
      'check.forward',
      'check.every',
      'rules.gate',
      'rules.max_starts',
      'rules.restart',
      'rules.restart.starts',
      '__proto__',
      'constructor',
      'toString',
      '"a b"',
    );
    const scalar = fc.oneof(
      fc.string().map((text) => JSON.stringify(text)),
      fc.constantFrom('5', '-1', '0', '1e9', 'inf', 'nan', 'true', '1979-05-27', '"5s"', '"t"'),
      fc.constantFrom('"80:a:80"', '"-o"', '"5 in 5s"', '"unlimited"', '{}', '[]', '""'),
    );
    const value = fc.oneof(
      scalar,
      fc.array(scalar, { maxLength: 3 }).map((items) => `[${items.join(', ')}]`),
      fc.tuple(key, scalar).map(([name, item]) => `{ ${name} = ${item} }`),
      fc.tuple(key, scalar).map(([name, item]) => `[{ ${name} = ${item} }]`),
    );
    const table = fc.constantFrom('tunnels.t', 'defaults', 'tunnels', 'tunnels."x*"');
    const pairs = fc.uniqueArray(fc.tuple(key, value), {
      selector: ([name]) => name,
      maxLength: 5,
    });
    fc.assert(
      fc.property(table, pairs, (header, lines) => {
        const body = lines.map(([name, each]) => `${name} = ${each}\n`).join('');
        expectPromises(`[${header}]\n${body}`);
      }),
      { numRuns: 1000 },
    );
  });

  it('made of a good file by deleting and inserting', () => {
    const place = fc.nat(VALID.length);
    const cut = fc.record({
      at: place,
      deleted: fc.nat(8),
      inserted: fc.oneof(pieces, fc.constant('')),
    });
    expect(loadTunnels({ text: VALID, file: 'f' }).errors).toBeUndefined();
    fc.assert(
      fc.property(fc.array(cut, { minLength: 1, maxLength: 4 }), (cuts) => {
        const mutated = cuts.reduce(
          (text, { at, deleted, inserted }) =>
            text.slice(0, at) + inserted + text.slice(at + deleted),
          VALID,
        );
        expectPromises(mutated);
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    ['deep lists', `a = ${'['.repeat(100_000)}`],
    ['deep lists that close', `a = ${'['.repeat(900)}${']'.repeat(900)}`],
    ['a long dotted key', `${'a.'.repeat(50_000)}a = 1`],
    ['a long key', `${'a'.repeat(1_000_000)} = 1`],
    ['a long text', `[tunnels.t]\nhost = "${'a '.repeat(500_000)}"`],
    ['a long forward', `[tunnels.t]\nhost = "h"\nlocal = ["${':'.repeat(1_000_000)}"]`],
    ['many lines', '\n'.repeat(1_000_000)],
    ['half a character', '[tunnels.t]\nhost = "\ud800"\n'],
  ])('%s', (_, text) => {
    expectPromises(text);
  });
});
