import { hostname } from 'node:os';
import { describe, expect, test } from 'vitest';
import { heartbeatMessage } from './message.ts';

describe('HB-4: a heartbeat message', () => {
  test.each<[title: string, appendix: string | undefined, ending: string]>([
    ['of 1.3 ends with the random number', undefined, ''],
    ['of 1.4 has a place for the appendix, empty or not', '', ' '],
    ['of 1.4 ends with the appendix', 'hello there', ' hello there'],
    ['can have an appendix in any language', 'größe 🚇', ' größe 🚇'],
  ])('%s', (_, appendix, ending) => {
    const text = heartbeatMessage({ program: 'autossh', appendix }).toString('utf8');
    const start = `${hostname()} autossh ${process.pid} `;
    expect(text.slice(0, start.length)).toBe(start);
    const [number, rest] = splitNumber(text.slice(start.length));
    expect([number.length > 0, rest]).toEqual([true, `${ending}\r\n`]);
  });

  test('has a new random number each time', () => {
    const texts = Array.from({ length: 100 }, () =>
      heartbeatMessage({ program: 'autossh', appendix: undefined }).toString(),
    );
    expect(new Set(texts).size).toBe(100);
  });
});

function splitNumber(text: string): [number: string, rest: string] {
  const number = /^\d*/.exec(text)![0];
  return [number, text.slice(number.length)];
}
