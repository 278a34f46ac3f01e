import { expect, test } from 'vitest';
import { parseReceipts } from './receipts.ts';

const AT = 50_000;

// As iproute2 6.1 prints it, shortened.
const FACTS = 'bbr wscale:10,10 rto:204 rtt:0.032/0.016 mss:32768 bytes_acked:2 bytes_received:1';
const ENDS = '0      0      127.0.0.1:49186 127.0.0.1:22';
const OF_ROOT = `${ENDS} ino:8227883 sk:4b5 cgroup:/ <-> ts sack`;
const OF_USER = `${ENDS} timer:(on,200ms,1) uid:1000 ino:11 sk:4b6 cgroup:/ <-> ts sack`;

test.each([
  [`${OF_ROOT} ${FACTS} lastsnd:312 lastrcv:313 lastack:314 rcv_space:1`, '8227883', 314, 313],
  [`${OF_USER} ${FACTS} lastsnd:5 lastrcv:3 lastack:4`, '11', 4, 3],
  // What is zero is left out.
  [`${OF_ROOT} ${FACTS} lastsnd:312 lastack:314 rcv_space:1`, '8227883', 314, 0],
  [`${OF_ROOT} ${FACTS} rcv_space:1`, '8227883', 0, 0],
])('from %j is read when what came', (line, inode, acknowledgement, data) => {
  expect(parseReceipts(`${line}\n`, AT)).toEqual(
    new Map([[inode, { acknowledgementAtMs: AT - acknowledgement, dataAtMs: AT - data }]]),
  );
});

test.each(['', '\n', ENDS, OF_ROOT, `${ENDS} ${FACTS} lastrcv:3`])(
  'nothing is read from %j',
  (text) => {
    expect(parseReceipts(text, AT).size).toBe(0);
  },
);
