import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  parseForward,
  type ForwardEnds,
  type ForwardKind,
  type Listen,
  type Target,
} from '../forward/forward.ts';
import { forwardFields } from './forward-fields.ts';
import { isMuxError } from './mux-error.ts';

const DB: Target = { kind: 'tcp', host: 'db', port: 5432 };
const SOCKS: Target = { kind: 'socks' };
const at = (port: number, address?: string): Listen => ({ kind: 'tcp', address, port });
const unix = (path: string) => ({ kind: 'unix', path }) as const;

const badForward = (sentence: string) =>
  expect.objectContaining({ code: 'bad-forward', message: expect.stringContaining(sentence) });

describe('a forward that OpenSSH takes for none is refused', () => {
  test.each<[sentence: string, ForwardKind, Listen, Target]>([
    ['port 0 is not from 1 to 65535', 'local', at(0), DB],
    ['port 65536 is not from 1', 'socks', at(65_536), SOCKS],
    ['port -2 is not from 0', 'remote', at(-2), DB],
    ['port 1.5 is not from 1', 'local', at(1.5), DB],
    ['port 0 is not from 1', 'remote', at(0), { ...DB, port: 0 }],
    ['nowhere to connect to', 'local', at(1), SOCKS],
    ['an empty host', 'local', at(1), { ...DB, host: '' }],
    ['an empty path', 'local', unix(''), DB],
    ['a path with a zero byte', 'local', unix('/a\0'), DB],
    ['a host with a zero byte', 'local', at(1, 'a\0'), DB],
    ['a path of more than 107', 'local', unix('ü'.repeat(54)), DB],
    ['a host of more than', 'socks', at(1, 'h'.repeat(1025)), SOCKS],
    ['SOCKS needs a port', 'socks', unix('/a'), SOCKS],
    ['SOCKS leads to no fixed place', 'socks', at(1), DB],
  ])('%s', (sentence, kind, listen, target) => {
    expect(() => forwardFields({ kind, listen, target })).toThrow(badForward(sentence));
  });

  test.each([
    [unix('%d/a'), DB],
    [unix('/run/%u.sock'), DB],
    [unix('${XDG_RUNTIME_DIR}/a'), DB],
    [at(1), unix('/run/${USER}.sock')],
  ])('since only a starting ssh fills in its path: %j to %j', (listen, target) => {
    const forward: ForwardEnds = { kind: 'local', listen, target };
    expect(() => forwardFields(forward)).toThrow(badForward('only a starting ssh fills in'));
  });
});

test('every text is a forward that can be asked for, or refused before it is', () => {
  const kind = fc.constantFrom<ForwardKind>('local', 'remote', 'socks');
  const part = fc.constantFrom(
    ':',
    '80',
    '0',
    'a',
    '/b',
    '[',
    ']',
    '::1',
    '\\',
    '*',
    '%',
    '${',
    ' ',
  );
  const text = fc.array(part, { maxLength: 12 }).map((parts) => parts.join(''));
  fc.assert(
    fc.property(kind, text, (aKind, written) => {
      const reading = parseForward(aKind, written);
      if ('wrong' in reading) return;
      try {
        expect(forwardFields(reading.value)).toHaveLength(5);
      } catch (error) {
        expect(isMuxError(error) && error.message).toContain('only a starting ssh fills in');
        expect(written).toMatch(/%|\$\{/);
      }
    }),
    { numRuns: 2000 },
  );
});
