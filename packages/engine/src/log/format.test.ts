import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bareFormat, classicFormat, jsonFormat, plainFormat } from './format.ts';
import type { LogLevel } from './log-record.ts';

const WRITER = { program: 'autossh', pid: 4711 };
const NOW = new Date(2024, 0, 2, 3, 4, 5, 678);
const RECORD = { level: 6, text: 'starting ssh (count 1)' } as const;

const FORMATS = { bareFormat, plainFormat, classicFormat, jsonFormat };

test.each([
  ['bareFormat', 'starting ssh (count 1)'],
  ['plainFormat', 'autossh[4711]: starting ssh (count 1)'],
  ['classicFormat', '2024/01/02 03:04:05 autossh[4711]: starting ssh (count 1)'],
] as const)('%s has one shape', (name, line) => {
  expect(FORMATS[name](RECORD, WRITER, NOW)).toBe(line);
});

test('jsonFormat has the fact, if there is one', () => {
  const fact = { type: 'start.began', start: 1 };
  const common = { time: NOW.toISOString(), level: 6, program: 'autossh', pid: 4711 };
  const message = RECORD.text;
  expect(JSON.parse(jsonFormat(RECORD, WRITER, NOW))).toEqual({ ...common, message });
  expect(JSON.parse(jsonFormat({ ...RECORD, fact }, WRITER, NOW))).toEqual({
    ...common,
    message,
    fact,
  });
});

test.each([
  [new Date(2024, 11, 31, 23, 59, 59), '2024/12/31 23:59:59'],
  [new Date(1999, 8, 9, 0, 0, 0), '1999/09/09 00:00:00'],
])('LOG-2: %s is written as %s, in local time', (now, time) => {
  expect(classicFormat(RECORD, WRITER, now)).toBe(`${time} autossh[4711]: starting ssh (count 1)`);
});

describe('whatever the text is', () => {
  const anyText = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: fc.constantFrom('\n', '\r', '\t', '\0', '\u001b', '\u009b', '\u0085', 'x') }),
  );
  const anyRecord = fc.record({
    level: fc.constantFrom<LogLevel>(3, 4, 6, 7),
    text: anyText,
    fact: fc.record({ type: fc.constant('probe.missed'), reason: anyText }),
  });

  test.each(Object.keys(FORMATS) as (keyof typeof FORMATS)[])(
    '%s makes one line without control characters',
    (name) => {
      fc.assert(
        fc.property(anyRecord, (record) => {
          expect(FORMATS[name](record, WRITER, NOW)).not.toMatch(/\p{Cc}/u);
        }),
      );
    },
  );

  test('a JSON line can be read, and has the fact as it was', () => {
    fc.assert(
      fc.property(anyRecord, (record) => {
        const { level, fact } = JSON.parse(jsonFormat(record, WRITER, NOW)) as typeof record;
        expect({ level, fact }).toEqual({ level: record.level, fact: record.fact });
      }),
    );
  });

  test('printable text stays as it is', () => {
    for (const text of ['größe 🚇 日本', `"it's" \\n 100%`, 'a  b']) {
      expect(bareFormat({ level: 6, text }, WRITER, NOW)).toBe(text);
    }
  });
});
