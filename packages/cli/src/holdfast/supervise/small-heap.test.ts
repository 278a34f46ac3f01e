import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { compileLate } from './small-heap.ts';

const BYTES = ['--interrupt-budget=1000000'];
const CALLS = ['--invocation-count-for-maglev=2800', '--invocation-count-for-turbofan=21000'];

test.each([
  ['Node 20', '11.3.244.8-node.33', BYTES],
  ['Node 21', '11.8.172.17-node.20', []],
  ['Node 22', '12.4.254.21-node.57', CALLS],
  ['Node 24', '13.6.233.17-node.53', CALLS],
  ['Node 26', '14.6.202.34-node.34', CALLS],
])('%s is given flags that its V8 knows', (_, v8, flags) => {
  expect(compileLate(v8)).toEqual(flags);
});

test('the flags for this V8 are known to it', () => {
  const known = execFileSync(process.execPath, ['--v8-options'], { encoding: 'utf8' });
  for (const flag of compileLate(process.versions.v8)) {
    expect(known).toContain(` ${flag.split('=')[0]} `);
  }
});
