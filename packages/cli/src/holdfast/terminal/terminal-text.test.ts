import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatLocalTime, formatRoundTrip, formatSpan } from './format-span.ts';
import { printable } from './printable.ts';
import { wantsColours } from './terminal.ts';
import { cutText, textWidth, wrapText } from './wrap-text.ts';

describe('text for a terminal', () => {
  it.each([
    ['abc', 3],
    ['é', 1],
    ['e\u0301', 1],
    ['日本', 4],
    ['🙂', 2],
  ])('%s takes %i columns', (text, width) => {
    expect(textWidth(text)).toBe(width);
  });

  it('is cut so that it fits, with a sign', () => {
    expect(cutText('5432:db.internal:5432', 10)).toBe('5432:db.i…');
    expect(cutText('日本語', 5)).toBe('日本…');
    expect(cutText('short', 5)).toBe('short');
  });

  it('never takes more columns than it was cut to', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.integer({ min: 1, max: 40 }),
        (text, width) => {
          expect(textWidth(cutText(text, width))).toBeLessThanOrEqual(width);
        },
      ),
    );
  });

  it('loses no word when it is wrapped, and fits if its words do', () => {
    const words = fc.array(fc.stringMatching(/^[a-z]{1,15}$/), { minLength: 1 });
    fc.assert(
      fc.property(words, fc.integer({ min: 20, max: 120 }), (list, columns) => {
        const lines = wrapText(list.join(' '), { columns, first: '  ', rest: '    ' });
        expect(lines.join(' ').split(/ +/).filter(Boolean)).toEqual(list);
        for (const line of lines) expect(line.length).toBeLessThanOrEqual(columns);
      }),
    );
  });

  it('has nothing in it that steers the terminal', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(printable(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
      }),
    );
    expect(printable('a\u001B[31mred\nb')).toBe('a\uFFFD[31mred b');
  });
});

describe('times for people', () => {
  it.each([
    [0, '0s'],
    [-5000, '0s'],
    [59_999, '59s'],
    [60_000, '1m'],
    [250_000, '4m 10s'],
    [3_600_000, '1h'],
    [3_605_000, '1h'],
    [11_520_000, '3h 12m'],
    [446_400_000, '5d 4h'],
  ])('%i ms are %s', (ms, text) => {
    expect(formatSpan(ms)).toBe(text);
  });

  it.each([
    [0.31, '0.3 ms'],
    [12.4, '12 ms'],
    [1400, '1.4 s'],
  ])('an answer after %d ms took %s', (ms, text) => {
    expect(formatRoundTrip(ms)).toBe(text);
  });

  it('a time that is none is shown as it is', () => {
    expect(formatLocalTime('never')).toBe('never');
    expect(formatLocalTime('2026-01-31T12:00:00Z')).toMatch(/^2026-0[12]-\d\d \d\d:\d\d:00$/);
  });
});

describe('colours', () => {
  it.each([
    [true, {}, true],
    [false, {}, false],
    [true, { NO_COLOR: '1' }, false],
    [true, { NO_COLOR: '' }, true],
    [true, { TERM: 'dumb' }, false],
    [false, { FORCE_COLOR: '1' }, true],
    [true, { FORCE_COLOR: '0' }, false],
    [false, { FORCE_COLOR: '1', NO_COLOR: '1' }, true],
  ])('on a terminal: %s, with %j: %s', (isTerminal, env, expected) => {
    expect(wantsColours(isTerminal, env)).toBe(expected);
  });
});
