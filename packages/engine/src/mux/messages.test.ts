import { describe, expect, test } from 'vitest';
import { parseForward, type Forward, type ForwardKind } from '../forward/forward.ts';
import {
  decodeAnswer,
  decodeHello,
  encodeHello,
  encodeRequest,
  type MuxAnswer,
  type MuxRequest,
} from './messages.ts';

const hex = (bytes: Buffer) => bytes.toString('hex');
const bytesOf = (...parts: readonly string[]) => Buffer.from(parts.join(''), 'hex');
const number = (value: number) => value.toString(16).padStart(8, '0');
const string = (text: string) => number(Buffer.byteLength(text)) + hex(Buffer.from(text));

const UNIX = 'fffffffe';

function parsed(kind: ForwardKind, text: string): Forward {
  const reading = parseForward(kind, text);
  if ('wrong' in reading) throw new Error(reading.wrong);
  return reading.value;
}

describe('a request', () => {
  test('begins with a hello of version 4', () => {
    expect(hex(encodeHello())).toBe('0000000100000004');
  });

  test.each<[MuxRequest['type'], string]>([
    ['alive-check', '10000004'],
    ['terminate', '10000005'],
  ])('%s is its type and its number', (type, code) => {
    expect(hex(encodeRequest(7, { type } as MuxRequest))).toBe(`${code}00000007`);
  });

  test.each<[title: string, kind: ForwardKind, text: string, words: string[]]>([
    [
      'local, ssh chooses the address',
      'local',
      '80:db:5432',
      [number(1), string(''), number(80), string('db'), number(5432)],
    ],
    [
      'local, every address',
      'local',
      '*:80:db:5432',
      [number(1), string('*'), number(80), string('db'), number(5432)],
    ],
    [
      'local, every address as ssh also takes it',
      'local',
      ':80:db:5432',
      [number(1), string('*'), number(80), string('db'), number(5432)],
    ],
    [
      'local, between Unix sockets',
      'local',
      '/a:/ü',
      [number(1), string('/a'), UNIX, string('/ü'), UNIX],
    ],
    [
      'remote, the server chooses the port',
      'remote',
      '127.0.0.1:0:db:5432',
      [number(2), string('127.0.0.1'), number(0), string('db'), number(5432)],
    ],
    [
      'remote, SOCKS',
      'remote',
      '1080',
      [number(2), string(''), number(1080), string('socks'), number(0)],
    ],
    [
      'remote, SOCKS at a Unix socket',
      'remote',
      '/a',
      [number(2), string('/a'), UNIX, string('socks'), number(0)],
    ],
    [
      'SOCKS',
      'socks',
      '[::1]:1080',
      [number(3), string('::1'), number(1080), string('socks'), number(0)],
    ],
  ])('opens and closes a forward: %s', (_, kind, text, words) => {
    const forward = parsed(kind, text);
    const open = hex(encodeRequest(0xffff_ffff, { type: 'open-forward', forward }));
    expect(open).toBe(`10000006ffffffff${words.join('')}`);
    const close = hex(encodeRequest(0, { type: 'close-forward', forward }));
    expect(close).toBe(`1000000700000000${words.join('')}`);
  });
});

describe('an answer', () => {
  const id = 7;

  test.each<[words: string[], answer: MuxAnswer]>([
    [['80000001', number(id)], { id, type: 'ok' }],
    [['80000002', number(id), string('no')], { id, type: 'permission-denied', reason: 'no' }],
    [['80000003', number(id), string('')], { id, type: 'failure', reason: '' }],
    [['80000005', number(id), number(4242)], { id, type: 'alive', pid: 4242 }],
    [['80000007', number(id), number(49_152)], { id, type: 'remote-port', port: 49_152 }],
  ])('%s is read', (words, answer) => {
    expect(decodeAnswer(bytesOf(...words))).toEqual(answer);
  });

  test.each<[title: string, words: string[]]>([
    ['nothing', []],
    ['half a type', ['8000']],
    ['a type without a number', ['80000001']],
    ['half a number', ['80000001', '0000']],
    ['an answer that no request has', ['80000004', number(id), number(0)]],
    ['a request', ['10000004', number(id)]],
    ['an unknown type', ['deadbeef', number(id)]],
    ['a second hello', ['00000001', '00000004']],
    ['no reason', ['80000003', number(id)]],
    ['a reason that is shorter than it says', ['80000003', number(id), number(5), '6e6f']],
    ['a reason of 4 GiB', ['80000003', number(id), 'ffffffff', '6e6f']],
    ['no port', ['80000007', number(id)]],
    ['a byte too many', ['80000001', number(id), '00']],
  ])('that is %s is a bad message', (_, words) => {
    expect(() => decodeAnswer(bytesOf(...words))).toThrow(
      expect.objectContaining({ name: 'MuxError', code: 'bad-message' }),
    );
  });
});

describe('a hello', () => {
  test('is read with its version, whatever follows', () => {
    const hello = bytesOf('00000001', number(4), string('info'), string('0'));
    expect(decodeHello(hello)).toEqual({ type: 'hello', version: 4 });
  });

  test.each([
    ['nothing', []],
    ['no version', ['00000001']],
    ['something else', ['80000001', number(4)]],
  ])('that is %s is a bad message', (_, words) => {
    expect(() => decodeHello(bytesOf(...words))).toThrow(
      expect.objectContaining({ code: 'bad-message' }),
    );
  });
});
