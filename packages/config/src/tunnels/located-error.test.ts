import { describe, expect, it } from 'vitest';
import { type LocatedError, renderError, renderErrors } from './located-error.ts';

const ERROR: LocatedError = {
  code: 'invalid-value',
  file: 'tunnels.toml',
  line: 2,
  column: 8,
  length: 4,
  key: 'tunnels.db.poll',
  wrong: 'invalid value "5x"',
  allowed: 'poll takes a time',
  nearest: '"5s"',
};
const TEXT = '[tunnels.db]\npoll = "5x"\r\n';

describe('errors on a terminal', () => {
  it('show the place, the sentence, the line with its mark, and what was meant', () => {
    expect(renderError(ERROR, TEXT)).toBe(
      [
        'tunnels.toml:2:8: invalid value "5x": poll takes a time',
        '  2 | poll = "5x"',
        '    |        ^^^^',
        '    = did you mean "5s"?',
      ].join('\n'),
    );
  });

  it('have an empty line between them', () => {
    const { nearest: _, ...error } = ERROR;
    const rendered = renderErrors([error, { ...error, allowed: '' }], TEXT);
    expect(rendered.split('\n\n')).toHaveLength(2);
    expect(rendered).toMatch(/: invalid value "5x"\n/);
  });

  it('mark one column where nothing stands', () => {
    const rendered = renderError({ ...ERROR, line: 3, column: 1, length: 1 }, TEXT);
    expect(rendered.split('\n').slice(1, 3)).toEqual(['  3 | ', '    | ^']);
  });

  it('show the part of a long line around the error', () => {
    const text = `${'x'.repeat(300)}BAD${'y'.repeat(300)}`;
    const rows = renderError({ ...ERROR, line: 1, column: 301, length: 3 }, text).split('\n');
    expect(rows[1]!.length).toBeLessThan(140);
    expect(rows[1]!.slice(rows[2]!.indexOf('^'), rows[2]!.lastIndexOf('^') + 1)).toBe('BAD');
  });

  it('put the mark below what it marks also behind tabs and characters of two code units', () => {
    const text = '\t"\u{1F511}" = BAD';
    const column = text.indexOf('BAD') + 1;
    const rows = renderError({ ...ERROR, line: 1, column, length: 3 }, text).split('\n');
    expect(Array.from(rows[1]!).indexOf('B')).toBe(rows[2]!.indexOf('^'));
  });

  it('hold nothing that would steer the terminal', () => {
    const text = 'a = "\u001b[2J\u009b1m\u202e"';
    const error = { ...ERROR, file: '\u001b]0;x\u0007', line: 1, wrong: '\u001b[31m\n' };
    expect(renderError(error, text)).not.toMatch(/[^\n\P{Cc}]|\u202e/u);
  });
});
