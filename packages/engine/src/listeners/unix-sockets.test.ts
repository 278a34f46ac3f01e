import { expect, test } from 'vitest';
import { parseUnixTable } from './unix-sockets.ts';

// As Linux 6.1 prints it.
const TABLE = `Num       RefCount Protocol Flags    Type St Inode Path
0000000000000000: 00000002 00000000 00010000 0001 01 22501 /run/a socket with: blanks
0000000000000000: 00000003 00000000 00000000 0001 03 22502 /run/a socket with: blanks
0000000000000000: 00000002 00000000 00000000 0002 01    23 /run/log
0000000000000000: 00000003 00000000 00000000 0001 03 20771
0000000000000000: 00000002 00000000 00010000 0001 01 9 @abstract
`;

test('a table of Unix sockets is read: who listens, who is connected, and which have a path', () => {
  expect(parseUnixTable(TABLE)).toEqual([
    { path: '/run/a socket with: blanks', inode: '22501', isListening: true, isConnected: false },
    { path: '/run/a socket with: blanks', inode: '22502', isListening: false, isConnected: true },
    { path: '/run/log', inode: '23', isListening: false, isConnected: false },
    { path: '@abstract', inode: '9', isListening: true, isConnected: false },
  ]);
});

test.each(['', '\n', 'Num RefCount', 'x'.repeat(1000), '0000: 1 2 zz 4 5 6 /a'])(
  'what is not a row is left out: %j',
  (text) => {
    expect(parseUnixTable(text)).toEqual([]);
  },
);
