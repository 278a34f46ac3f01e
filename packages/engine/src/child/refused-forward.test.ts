import fc from 'fast-check';
import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { refusedForward$, refusedPort } from './refused-forward.ts';

describe('a line of ssh names the port whose forward was refused', () => {
  test.each([
    ['Warning: remote port forwarding failed for listen port 20000', 20000],
    ['Error: remote port forwarding failed for listen port 20001', 20001],
    ['channel_setup_fwd_listener_tcpip: cannot listen to port: 20002', 20002],
    ['Warning: remote port forwarding failed for listen port 20000\r', 20000],
  ])('%j', (line, port) => {
    expect(refusedPort(line)).toBe(port);
  });

  test.each([
    '',
    'Warning: remote port forwarding failed for listen port ',
    'Warning: remote port forwarding failed for listen port 20000 or so',
    'debug1: Warning: remote port forwarding failed for listen port 20000',
    'Warning: remote port forwarding failed for listen path /tmp/x',
    'bind [127.0.0.1]:20000: Address already in use',
  ])('%j names none', (line) => {
    expect(refusedPort(line)).toBeUndefined();
  });
});

describe('stderr is read line by line', () => {
  const REFUSED = 'Warning: remote port forwarding failed for listen port 20000';
  const OTHER = 'Warning: remote port forwarding failed for listen port 20001';

  test.each<[title: string, text: string, times: number]>([
    ['the line', `${REFUSED}\n`, 1],
    ['the line, ended with CR LF', `${REFUSED}\r\n`, 1],
    ['the line twice', `${REFUSED}\n${REFUSED}\n`, 2],
    [
      'both ends',
      `${REFUSED}\nchannel_setup_fwd_listener_tcpip: cannot listen to port: 20000\n`,
      2,
    ],
    ['another port', `${OTHER}\n`, 0],
    ['another port first', `${OTHER}\n${REFUSED}\n`, 1],
    ['a line without an end', REFUSED, 0],
    ['a line inside another', `x ${REFUSED}\n`, 0],
    ['bytes that are no text', `\xff\xfe\x00\n${REFUSED}\n`, 1],
    ['a very long line in front', `${'x'.repeat(100_000)}\n${REFUSED}\n`, 1],
    ['a port that only begins like it', `${REFUSED}0\n`, 0],
  ])('%s', (_, text, times) => {
    expect(timesRefused([Buffer.from(text, 'latin1')])).toBe(times);
  });

  test('wherever the system cuts it', () => {
    const line = fc.constantFrom(REFUSED, `${REFUSED}\r`, OTHER, 'debug1: x', '', 'größe', '\r');
    const lines = fc.array(line, { maxLength: 6 });
    const cuts = fc.array(fc.nat(), { maxLength: 40 });
    fc.assert(
      fc.property(lines, cuts, (someLines, someCuts) => {
        const bytes = Buffer.from(someLines.map((text) => `${text}\n`).join(''));
        const whole = timesRefused([bytes]);
        expect(whole).toBe(someLines.filter((text) => text.startsWith(REFUSED)).length);
        expect(timesRefused(cut(bytes, someCuts))).toBe(whole);
      }),
    );
  });
});

test('nobody listens to stderr any more after an unsubscribe', () => {
  const stderr = new PassThrough();
  refusedForward$(stderr, 20000).subscribe().unsubscribe();
  expect(stderr.listenerCount('data')).toBe(0);
});

function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const inside = places.map((place) => place % (bytes.length + 1)).toSorted((a, b) => a - b);
  return [0, ...inside].map((from, n) => bytes.subarray(from, inside[n] ?? bytes.length));
}

function timesRefused(chunks: readonly Buffer[]): number {
  const stderr = new PassThrough();
  let times = 0;
  refusedForward$(stderr, 20000).subscribe(() => (times += 1));
  for (const chunk of chunks) stderr.emit('data', chunk);
  return times;
}
