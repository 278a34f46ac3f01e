import { expect, test } from 'vitest';
import { readRemoteAnswer } from './while-running.ts';

test.each([
  ['Allocated port 38347 for remote forward to localhost:80\r', 38347, 'localhost:80'],
  ['Allocated port 40001 for remote forward to socks:0\r', 40001, 'socks:0'],
])('%j names the port that the server chose', (line, port, target) => {
  expect(readRemoteAnswer(line)).toEqual({ port, target });
});

test('a warning tells that the server refused', () => {
  const line = 'Warning: remote port forwarding failed for listen port 8080\r';
  expect(readRemoteAnswer(line)).toMatchObject({
    refusal: { class: 'remote-port-held', sentence: expect.stringContaining('port 8080') },
  });
});

test.each([
  ['a line that is not of the log of ssh', 'Allocated port 38347 for remote forward to a:80'],
  ['a line with more in front', 'x Allocated port 38347 for remote forward to a:80\r'],
  ['a port that is none', 'Allocated port x for remote forward to a:80\r'],
])('%s is about something else', (_what, line) => {
  expect(readRemoteAnswer(line)).toBeUndefined();
});
