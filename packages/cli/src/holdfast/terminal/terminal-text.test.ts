import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatLocalTime, say, sayJson } from './say.ts';
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

  it.each([say, sayJson])('has nothing in it that steers the terminal (%o)', (print) => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        let written = '';
        print({ out: (more) => void (written += more) }, text);
        expect(written).toMatch(/\n$/);
        expect(written.slice(0, -1)).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
      }),
    );
  });
});

describe('times for people', () => {
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
