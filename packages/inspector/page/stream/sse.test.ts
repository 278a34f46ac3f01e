import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createEventReader } from './sse.ts';

const READINGS: readonly (readonly [string, string, readonly string[]])[] = [
  ['one event', 'data: a\n\n', ['a']],
  ['two events', 'data: a\n\ndata: b\n\n', ['a', 'b']],
  ['data of several lines', 'data: a\ndata: b\n\n', ['a\nb']],
  ['lines that end in CR LF', 'data: a\r\n\r\n', ['a']],
  ['a comment', ': still here\n\n', []],
  ['other fields', 'event: x\nid: 1\ndata: a\nretry: 5\n\n', ['a']],
  ['data without a space', 'data:a\n\n', ['a']],
  ['empty data', 'data\n\n', ['']],
  ['an event that is not yet whole', 'data: a\n', []],
];

it.each(READINGS)('reads %s', (_, text, expected) => {
  expect(createEventReader()(text)).toEqual(expected);
});

it('gives the same events, however the text is cut', () => {
  const text = 'data: {"a":1}\r\n\r\n: note\ndata: b\ndata: c\n\ndata: d\n\n';
  const whole = createEventReader()(text);
  fc.assert(
    fc.property(fc.array(fc.nat(text.length), { maxLength: 8 }), (cuts) => {
      const read = createEventReader();
      const edges = [0, ...cuts.sort((a, b) => a - b), text.length];
      const pieces = edges.slice(1).map((end, index) => text.slice(edges[index], end));
      expect(pieces.flatMap((piece) => read(piece))).toEqual(whole);
    }),
  );
});
