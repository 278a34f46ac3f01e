import { expect, test } from 'vitest';
import { renderManual } from './roff.ts';

const TITLE = { name: 'x', section: 1, summary: 'does things', version: '1.0.0', date: '2026-11-30' } as const; // prettier-ignore

function body(markdown: string): string {
  return renderManual(TITLE, markdown).split('\n').slice(3, -1).join('\n');
}

test('a page has a head, a name and a foot', () => {
  expect(renderManual(TITLE, '').split('\n').slice(0, 3)).toEqual([
    '.TH "X" 1 2026-11-30 "Holdfast 1.0.0"',
    '.SH NAME',
    'x \\- does things',
  ]);
});

test.each([
  ['a heading', '## In `doubt`', '.SH "IN DOUBT"'],
  ['a smaller one', '### status', '.SS "status"'],
  ['a paragraph', 'one\n\ntwo', '.PP\none\n.PP\ntwo'],
  ['a list', '- one\n- two', '.IP \\(bu 2\none\n.IP \\(bu 2\ntwo'],
  ['code', 'see `ssh -N`', '.PP\nsee \\fBssh \\-N\\fR'],
  ['strong words with code in them', '**not `here`**', '.PP\n\\fBnot here\\fR'],
  ['a link', 'see [this](a/b.md)', '.PP\nsee this'],
  ['a fence', '```sh\n.profile\n```', '.PP\n.RS 4\n.EX\n\\&.profile\n.EE\n.RE'],
  ['a table', '| key | takes | what |\n| --- | --- | --- |\n| `a` | text | it |', '.TP\n\\fBa\\fR\nit\ntakes: text.'], // prettier-ignore
  ['what roff would read', ".it's a \\ and ~", ".PP\n\\&.it\\(aqs a \\e and \\(ti"], // prettier-ignore
  ['other alphabets', 'ä…', '.PP\n\\[u00E4]\\[u2026]'],
  ['a comment: nothing', '<!-- made by -->', ''],
])('%s is set', (_, markdown, roff) => {
  expect(body(markdown)).toBe(roff);
});
