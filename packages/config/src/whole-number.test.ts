import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseWholeNumber } from './whole-number.ts';

describe('ENV-1: whole numbers as C reads them with base 0', () => {
  it.each([
    ['0', 0],
    ['7', 7],
    ['600', 600],
    ['-1', -1],
    ['+5', 5],
    ['010', 8],
    ['0x10', 16],
    ['0XfF', 255],
    ['  12', 12],
    ['\t\n12', 12],
    ['-0', 0],
    ['-0x10', -16],
    ['2147483647', 2147483647],
  ])('%j is %i', (text, value) => {
    expect(parseWholeNumber(text)).toBe(value);
  });

  it.each([
    '',
    ' ',
    'abc',
    '5x',
    '5 ',
    '0x',
    '08',
    '1.5',
    '1e3',
    '--1',
    '+-1',
    '- 1',
    '0b1',
    '１２',
    '2147483648',
    '4294967297',
    '-2147483648',
    '99999999999999999999',
    '0x80000000',
  ])('%j is none', (text) => {
    expect(parseWholeNumber(text)).toBeUndefined();
  });

  it('reads back whatever fits in 32 bits, in all three bases', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 31 - 1 }), (n) => {
        expect(parseWholeNumber(String(n))).toBe(n);
        expect(parseWholeNumber(`0x${n.toString(16)}`)).toBe(n);
        expect(parseWholeNumber(`0${n.toString(8)}`)).toBe(n);
      }),
    );
  });

  it('never throws, and never answers anything but a 32-bit integer', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const value = parseWholeNumber(text);
        expect(value === undefined || (Number.isInteger(value) && Math.abs(value) < 2 ** 31)).toBe(
          true,
        );
      }),
    );
  });
});
