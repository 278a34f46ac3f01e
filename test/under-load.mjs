// Runs the tests (all, or those that the words name, as `vitest run` takes them) beside eight busy loops: pnpm test:load [WORD...]
//
// Nothing may fail for that: a test waits for facts, and no fact is late.
import { spawn } from 'node:child_process';
import { runTests } from './run-tests.mjs';

const LOOPS = 8;

/** It ends with its parent, however that one ends. */
const LOOP = `for (;;) { for (let n = 0; n < 1e7; n += 1); if (process.ppid !== ${process.pid}) process.exit(); }`;

const loops = Array.from({ length: LOOPS }, () =>
  spawn(process.execPath, ['-e', LOOP], { stdio: 'ignore' }),
);
process.once('exit', () => loops.forEach((loop) => loop.kill('SIGKILL')));

process.exitCode = await runTests(process.argv.slice(2));
process.exit();
