import { constants } from 'node:os';
import { expect, test } from 'vitest';
import { systemErrorText } from './system-error.ts';

const { ENOENT, EACCES, E2BIG, EADDRINUSE, ECONNREFUSED } = constants.errno;

test.each([
  [Object.assign(new Error('x'), { errno: -ENOENT }), 'No such file or directory'],
  [Object.assign(new Error('x'), { errno: -EACCES }), 'Permission denied'],
  [Object.assign(new Error('x'), { errno: -E2BIG }), 'Argument list too long'],
  [Object.assign(new Error('x'), { errno: -EADDRINUSE }), 'Address already in use'],
  [Object.assign(new Error('x'), { errno: -ECONNREFUSED }), 'Connection refused'],
  [Object.assign(new Error('what it says'), { errno: -99_999 }), 'what it says'],
  [new Error('what it says'), 'what it says'],
])('%s with errno %# is told in the words of the system', (error, text) => {
  expect(systemErrorText(error)).toBe(text);
});
